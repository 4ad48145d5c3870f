# SPDX-License-Identifier: Apache-2.0
"""What the operations of /os-quota-class-sets answer."""

from nova_cells.global_api.answer_fields import TEXT, WHOLE
from nova_cells.global_api.resources.quota_sets.answers import PAST_QUOTAS
from nova_cells.global_api.resources.quota_sets.schemas import QUOTAS
from nova_cells.global_api.versioning import Shape, one

_LIMITS = dict.fromkeys(QUOTAS, WHOLE)
_PAST = dict.fromkeys(PAST_QUOTAS, WHOLE)

CLASS = Shape("quota_class_set", {"id": TEXT, **_LIMITS}, past=_PAST)
CHANGED = Shape("quota_class_set.changed", _LIMITS, past=_PAST, history="quota_class_set")

SHOW = one("quota_class_set", CLASS)
UPDATE = one("quota_class_set", CHANGED)
