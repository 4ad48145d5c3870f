# SPDX-License-Identifier: Apache-2.0
"""What the operations of /servers answer. Optional is what only some callers or servers have.

From 2.69 on a server of a silent cell is a row of what is certain, and nothing else of it.
"""

from __future__ import annotations

from nova_cells.global_api.answer_fields import (
    ANYTHING,
    BOOLEAN,
    BOOLEAN_OR_NULL,
    MOMENT_OR_NULL,
    SECONDS,
    TEXT,
    TEXT_OR_NULL,
    UUID,
    WHOLE,
    WHOLE_OR_NULL,
    Field,
    listed,
    mapped,
    words,
)
from nova_cells.global_api.versioning import Answer, Shape, Within, many, one, whole
from nova_cells.global_api.versioning.answers import LINKS

_IMAGE_FIELDS = {"id": UUID, "links": LINKS}
_NO_IMAGE: Field = {"type": "string", "maxLength": 0}
IMAGE: Field = {"anyOf": [whole({**_IMAGE_FIELDS, "properties": ANYTHING}), _NO_IMAGE]}
IMAGE_LINK: Field = {"anyOf": [whole(_IMAGE_FIELDS), _NO_IMAGE]}
FLAVOR: Field = whole(
    {
        "original_name": TEXT,
        "vcpus": WHOLE,
        "ram": WHOLE,
        "disk": WHOLE,
        "ephemeral": WHOLE,
        "swap": WHOLE,
        "extra_specs": mapped(TEXT),
    },
    optional=("extra_specs",),
)
_ADDRESS = whole(
    {
        "version": WHOLE,
        "addr": TEXT,
        "OS-EXT-IPS:type": words("fixed", "floating"),
        "OS-EXT-IPS-MAC:mac_addr": TEXT_OR_NULL,
    }
)
_FAULT = whole(
    {"code": WHOLE, "created": SECONDS, "message": TEXT, "details": TEXT}, optional=("details",)
)
_ATTRIBUTES = {
    "OS-EXT-SRV-ATTR:host": TEXT_OR_NULL,
    "OS-EXT-SRV-ATTR:instance_name": TEXT,
    "OS-EXT-SRV-ATTR:hypervisor_hostname": TEXT_OR_NULL,
    "OS-EXT-SRV-ATTR:reservation_id": TEXT_OR_NULL,
    "OS-EXT-SRV-ATTR:launch_index": WHOLE,
    "OS-EXT-SRV-ATTR:ramdisk_id": TEXT,
    "OS-EXT-SRV-ATTR:kernel_id": TEXT,
    "OS-EXT-SRV-ATTR:root_device_name": TEXT_OR_NULL,
    "OS-EXT-SRV-ATTR:user_data": TEXT_OR_NULL,
}
_GROUPS = listed(whole({"name": TEXT}))
_SERVER = {
    "id": UUID,
    "name": TEXT,
    "status": TEXT,
    "tenant_id": TEXT,
    "user_id": TEXT,
    "metadata": mapped(TEXT),
    "hostId": TEXT,
    "image": IMAGE,
    "flavor": FLAVOR,
    "created": SECONDS,
    "updated": SECONDS,
    "addresses": mapped(listed(_ADDRESS)),
    "accessIPv4": TEXT,
    "accessIPv6": TEXT,
    "links": LINKS,
    "progress": WHOLE,
    "fault": _FAULT,
    "OS-DCF:diskConfig": words("AUTO", "MANUAL"),
    "OS-EXT-AZ:availability_zone": TEXT,
    "config_drive": TEXT,
    "key_name": TEXT_OR_NULL,
    "locked": BOOLEAN,
    "locked_reason": TEXT_OR_NULL,
    "description": TEXT_OR_NULL,
    "tags": listed(TEXT),
    "trusted_image_certificates": {"type": ["array", "null"], "items": TEXT},
    "pinned_availability_zone": TEXT_OR_NULL,
    "scheduler_hints": ANYTHING,
    "security_groups": _GROUPS,
    "host_status": words("UP", "DOWN", "MAINTENANCE", "UNKNOWN", ""),
    "os-extended-volumes:volumes_attached": listed(
        whole({"id": TEXT, "delete_on_termination": BOOLEAN_OR_NULL})
    ),
    "OS-EXT-STS:task_state": TEXT_OR_NULL,
    "OS-EXT-STS:vm_state": TEXT,
    "OS-EXT-STS:power_state": WHOLE,
    "OS-SRV-USG:launched_at": MOMENT_OR_NULL,
    "OS-SRV-USG:terminated_at": MOMENT_OR_NULL,
    "OS-EXT-SRV-ATTR:hostname": TEXT_OR_NULL,
    **_ATTRIBUTES,
}
_OPTIONAL = ("progress", "fault", "security_groups", "host_status", *_ATTRIBUTES)
_OF_ONE = {**_SERVER, "server_groups": listed(UUID)}
_REBUILT = {
    **{name: kind for name, kind in _OF_ONE.items() if name != "OS-EXT-SRV-ATTR:user_data"},
    "user_data": TEXT_OR_NULL,
    "adminPass": TEXT,
}

SERVER = Shape("server.show", _OF_ONE, optional=_OPTIONAL)
LISTED = Shape("server.detail", _SERVER, optional=_OPTIONAL)
UPDATED = Shape("server.update", _OF_ONE, optional=_OPTIONAL)
REBUILT = Shape("server.rebuild", _REBUILT, optional=(*_OPTIONAL, "adminPass"))
BRIEF = Shape("server.index", {"id": UUID, "name": TEXT, "links": LINKS})

_CERTAIN = {
    "id": UUID,
    "status": words("UNKNOWN"),
    "tenant_id": TEXT,
    "created": SECONDS,
    "links": LINKS,
}
_SILENT_ONE = {
    **_CERTAIN,
    "user_id": TEXT,
    "image": IMAGE_LINK,
    "flavor": FLAVOR,
    "OS-EXT-AZ:availability_zone": TEXT,
    "OS-EXT-STS:power_state": WHOLE_OR_NULL,
    "server_groups": listed(UUID),
    "pinned_availability_zone": Within("2.96-", TEXT_OR_NULL),
}
SILENT = Shape("server.silent", _CERTAIN)
SILENT_ONE = Shape("server.silent.show", _SILENT_ONE)

MADE = Shape(
    "server.made",
    {
        "id": UUID,
        "links": LINKS,
        "OS-DCF:diskConfig": words("AUTO", "MANUAL"),
        "security_groups": _GROUPS,
        "adminPass": TEXT,
    },
    optional=("adminPass",),
)


def _or_silent(shape: Shape, silent: Shape) -> Field:
    return {"anyOf": [shape, Within("2.69-", silent)]}


LIST = many("servers", _or_silent(BRIEF, SILENT), links="servers_links")
DETAIL = many("servers", _or_silent(LISTED, SILENT), links="servers_links")
SHOW = one("server", {"anyOf": [SERVER, Within("2.69-", SILENT), Within("2.71-", SILENT_ONE)]})
UPDATE = one("server", _or_silent(UPDATED, SILENT_ONE))
REBUILD = one("server", _or_silent(REBUILT, SILENT_ONE))
CREATE = Answer({"anyOf": [whole({"server": MADE}), whole({"reservation_id": TEXT})]})
