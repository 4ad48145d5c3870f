# SPDX-License-Identifier: Apache-2.0
"""The body of POST /servers. Older forms are made from this one by the files in `versions/`."""

from __future__ import annotations

from nova_cells.global_api.resources.servers.schemas import fields
from nova_cells.global_api.resources.servers.schemas.devices import (
    DEVICES,
    LEGACY_DEVICES,
    NETWORKS,
)
from nova_cells.global_api.resources.servers.schemas.fields import Field, closed
from nova_cells.global_api.versioning import BodySchema

SERVER: Field = closed(
    {
        "name": fields.NAME,
        "flavorRef": {"type": ["string", "integer"], "minLength": 1},
        "imageRef": {"type": "string"},
        "adminPass": {"type": "string"},
        "metadata": fields.METADATA,
        "networks": NETWORKS,
        "OS-DCF:diskConfig": fields.DISK_CONFIG,
        "accessIPv4": fields.IPV4,
        "accessIPv6": fields.IPV6,
        "availability_zone": fields.ZONE_NAME,
        "block_device_mapping": LEGACY_DEVICES,
        "block_device_mapping_v2": DEVICES,
        "config_drive": fields.BOOLEAN,
        "key_name": {"type": "string", "minLength": 1, "maxLength": 255},
        "min_count": fields.count(1),
        "max_count": fields.count(1),
        "return_reservation_id": fields.BOOLEAN,
        "security_groups": {
            "type": "array",
            "items": closed({"name": {"type": "string", "minLength": 1, "maxLength": 255}}),
        },
        "user_data": fields.USER_DATA,
        "description": fields.DESCRIPTION,
        "tags": fields.TAGS,
        "trusted_image_certificates": fields.CERTIFICATES,
        "host": fields.HOST,
        "hypervisor_hostname": fields.HOST,
        "hostname": fields.QUALIFIED_HOSTNAME,
    },
    required=("name", "flavorRef", "networks"),
)

UUIDS: Field = {
    "oneOf": [
        {"type": "string", "format": "uuid"},
        {"type": "array", "items": {"type": "string", "format": "uuid"}},
    ]
}
HINTS: Field = {
    "type": "object",
    "properties": {
        "group": {"type": "string", "format": "uuid"},
        "different_host": UUIDS,
        "same_host": UUIDS,
        "query": {"type": ["string", "object"]},
        "target_cell": {"type": "string", "minLength": 1, "maxLength": 255},
        "different_cell": {"type": ["string", "array"], "items": {"type": "string"}},
        "build_near_host_ip": {"oneOf": [fields.IPV4, fields.IPV6]},
        "cidr": {"type": "string", "pattern": r"^/[0-9a-fA-F.:]+$"},
    },
    "additionalProperties": True,
}

CREATE = BodySchema(
    "server.create",
    closed(
        {"server": SERVER, "os:scheduler_hints": HINTS, "OS-SCH-HNT:scheduler_hints": HINTS},
        required=("server",),
    ),
)
