# SPDX-License-Identifier: Apache-2.0
"""Bodies and queries of key pairs, as the newest version has them."""

from __future__ import annotations

from nova_cells.global_api.versioning import BodySchema, Number, QuerySchema, Text

CREATE = BodySchema(
    "keypair.create",
    {
        "type": "object",
        "properties": {
            "keypair": {
                "type": "object",
                "properties": {
                    "name": {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": 255,
                        "format": "name",
                        "pattern": "^[a-zA-Z0-9@._ -]+$",
                    },
                    "type": {"enum": ["ssh", "x509"]},
                    "public_key": {"type": "string", "minLength": 1, "maxLength": 65535},
                    "user_id": {"type": "string", "minLength": 1, "maxLength": 255},
                },
                "required": ["name", "public_key"],
                "additionalProperties": False,
            }
        },
        "required": ["keypair"],
        "additionalProperties": False,
    },
)

_USER = {"user_id": Text(last=True)}

LIST_QUERY = QuerySchema("keypair.index", {**_USER, "limit": Number(), "marker": Text()})
SHOW_QUERY = QuerySchema("keypair.show", _USER)
DELETE_QUERY = QuerySchema("keypair.delete", _USER)
