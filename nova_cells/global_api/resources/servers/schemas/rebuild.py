# SPDX-License-Identifier: Apache-2.0
"""The body of the rebuild action. Older forms are made from it by the files in `versions/`."""

from __future__ import annotations

from nova_cells.global_api.resources.servers.schemas import fields
from nova_cells.global_api.resources.servers.schemas.fields import Field, closed
from nova_cells.global_api.versioning import BodySchema

SERVER: Field = closed(
    {
        "imageRef": {"type": "string", "minLength": 1},
        "name": fields.NAME,
        "adminPass": {"type": "string"},
        "metadata": fields.METADATA,
        "OS-DCF:diskConfig": fields.DISK_CONFIG,
        "accessIPv4": fields.IPV4,
        "accessIPv6": fields.IPV6,
        "preserve_ephemeral": fields.BOOLEAN,
        "description": fields.DESCRIPTION,
        "key_name": {"type": ["string", "null"], "minLength": 1, "maxLength": 255},
        "user_data": {**fields.USER_DATA, "type": ["string", "null"]},
        "trusted_image_certificates": fields.CERTIFICATES,
        "hostname": fields.QUALIFIED_HOSTNAME,
    },
    required=("imageRef",),
)

REBUILD = BodySchema("server.rebuild", closed({"rebuild": SERVER}, required=("rebuild",)))
