# SPDX-License-Identifier: Apache-2.0
"""The query of GET /servers and /servers/detail.

Both the documented names and the historical column names are known; which of them a caller's
filter is heeded for is the business of `filters`.
"""

from __future__ import annotations

from nova_cells.global_api.resources.servers.schemas.patterns import Pattern
from nova_cells.global_api.versioning import Choice, Moment, Number, Parameter, QuerySchema, Text

_TEXT = Text(last=True)
_PATTERN = Pattern(last=True)
_MOMENT = Moment(last=True)

_PLAIN = (
    "access_ip_v4 access_ip_v6 all_tenants auto_disk_config availability_zone config_drive "
    "created_at deleted description disk_config display_description display_name flavor host "
    "host_name hostname image image_ref instance_name instance_type_id kernel_id key_name "
    "launch_index launched_at locked locked_by name node power_state progress project_id "
    "ramdisk_id reservation_id root_device_name soft_deleted task_state tenant_id terminated_at "
    "user_id uuid vm_state"
)

_SORT_KEYS = (
    "access_ip_v4 access_ip_v6 auto_disk_config availability_zone config_drive created_at "
    "display_description display_name host hostname image_ref instance_type_id kernel_id key_name "
    "launch_index launched_at locked locked_by node power_state progress project_id ramdisk_id "
    "root_device_name task_state terminated_at updated_at user_id uuid vm_state"
)

PARAMETERS: dict[str, Parameter] = {
    **dict.fromkeys(_PLAIN.split(), _TEXT),
    "ip": _PATTERN,
    "ip6": _PATTERN,
    "display_name": _PATTERN,
    "name": _PATTERN,
    "status": Text(many=True),
    "metadata": Text(many=True),
    "system_metadata": Text(many=True),
    "changes-since": _MOMENT,
    "changes-before": _MOMENT,
    "limit": Number(last=True),
    "marker": _TEXT,
    "sort_key": Choice(many=True, words=tuple(_SORT_KEYS.split())),
    "sort_dir": Choice(many=True, words=("asc", "desc")),
    **dict.fromkeys(("tags", "tags-any", "not-tags", "not-tags-any"), _TEXT),
}

LIST_QUERY = QuerySchema("servers.list", PARAMETERS)
DETAIL_QUERY = LIST_QUERY
