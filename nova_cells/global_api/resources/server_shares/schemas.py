# SPDX-License-Identifier: Apache-2.0
"""Which share is to be attached, and the tag a guest mounts it by."""

from nova_cells.global_api.resources.servers.schemas.fields import closed
from nova_cells.global_api.versioning import BodySchema

CREATE = BodySchema(
    "server_share.create",
    closed(
        {
            "share": closed(
                {
                    "share_id": {"type": "string", "format": "uuid"},
                    "tag": {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": 255,
                        "pattern": "^[a-zA-Z0-9-]*$",
                    },
                },
                required=("share_id",),
            )
        },
        required=("share",),
    ),
)
