# SPDX-License-Identifier: Apache-2.0
"""What the operations of /os-quota-sets answer. A PUT tells no id."""

from nova_cells.global_api.answer_fields import TEXT, WHOLE
from nova_cells.global_api.resources.quota_sets.schemas import QUOTAS
from nova_cells.global_api.versioning import Shape, one, whole

PAST_QUOTAS = (
    "fixed_ips",
    "floating_ips",
    "security_groups",
    "security_group_rules",
    "injected_files",
    "injected_file_content_bytes",
    "injected_file_path_bytes",
)
_USE = whole({"limit": WHOLE, "in_use": WHOLE, "reserved": WHOLE})
_LIMITS = dict.fromkeys(QUOTAS, WHOLE)
_PAST_LIMITS = dict.fromkeys(PAST_QUOTAS, WHOLE)

QUOTA_SET = Shape("quota_set", {"id": TEXT, **_LIMITS}, past=_PAST_LIMITS)
CHANGED = Shape("quota_set.changed", _LIMITS, past=_PAST_LIMITS, history="quota_set")
DETAILED = Shape(
    "quota_set.detail",
    {"id": TEXT, **dict.fromkeys(QUOTAS, _USE)},
    past=dict.fromkeys(PAST_QUOTAS, _USE),
    history="quota_set",
)

SHOW = one("quota_set", QUOTA_SET)
UPDATE = one("quota_set", CHANGED)
DETAIL = one("quota_set", DETAILED)
