# SPDX-License-Identifier: Apache-2.0
"""Bodies and queries of server groups, as the newest version has them."""

from __future__ import annotations

from nova_cells.global_api.versioning import BodySchema, Number, Parameter, QuerySchema

POLICIES = ["anti-affinity", "affinity", "soft-anti-affinity", "soft-affinity"]

CREATE = BodySchema(
    "server_group.create",
    {
        "type": "object",
        "properties": {
            "server_group": {
                "type": "object",
                "properties": {
                    "name": {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": 255,
                        "format": "name",
                    },
                    "policy": {"enum": POLICIES},
                    "rules": {
                        "type": "object",
                        "properties": {
                            "max_server_per_host": {
                                "type": ["integer", "string"],
                                "pattern": "^0*[1-9][0-9]{0,9}$",
                                "minLength": 1,
                                "minimum": 1,
                                "maximum": 2**31 - 1,
                            }
                        },
                        "additionalProperties": False,
                    },
                },
                "required": ["name", "policy"],
                "additionalProperties": False,
            }
        },
        "required": ["server_group"],
        "additionalProperties": False,
    },
)

LIST_QUERY = QuerySchema(
    "server_group.list",
    {"all_projects": Parameter(last=True), "limit": Number(last=True), "offset": Number(last=True)},
)
