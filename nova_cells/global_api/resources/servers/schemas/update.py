# SPDX-License-Identifier: Apache-2.0
"""The body of PUT /servers/{id}. An empty server is fine: nothing changes."""

from nova_cells.global_api.resources.servers.schemas import fields
from nova_cells.global_api.resources.servers.schemas.fields import closed
from nova_cells.global_api.versioning import BodySchema

UPDATE = BodySchema(
    "server.update",
    closed(
        {
            "server": closed(
                {
                    "name": fields.NAME,
                    "OS-DCF:diskConfig": fields.DISK_CONFIG,
                    "accessIPv4": fields.IPV4,
                    "accessIPv6": fields.IPV6,
                    "description": fields.DESCRIPTION,
                    "hostname": fields.QUALIFIED_HOSTNAME,
                    "pinned_availability_zone": {
                        "type": ["string", "null"],
                        "minLength": 1,
                        "maxLength": 255,
                    },
                }
            )
        },
        required=("server",),
    ),
)
