# SPDX-License-Identifier: Apache-2.0
"""Bodies and queries of quota sets, as the newest version has them."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.versioning import BodySchema, QuerySchema, Text

MOST = 2**31 - 1
QUOTAS = (
    "cores",
    "instances",
    "key_pairs",
    "metadata_items",
    "ram",
    "server_group_members",
    "server_groups",
)
LIMIT = {
    "type": ["integer", "string"],
    "pattern": "^(-1|[0-9]{1,10})$",
    "minimum": -1,
    "maximum": MOST,
}


def update_body(resource: str, more: dict[str, Any]) -> dict[str, Any]:
    """A body that sets limits; quotas of older versions are added by their files."""
    return {
        "type": "object",
        "properties": {
            resource: {
                "type": "object",
                "properties": {**dict.fromkeys(QUOTAS, LIMIT), **more},
                "additionalProperties": False,
            }
        },
        "required": [resource],
        "additionalProperties": False,
    }


_FORCE = {"force": {"type": ["boolean", "string", "integer"]}}

UPDATE = BodySchema("quota_set.update", update_body("quota_set", _FORCE))
QUERY = QuerySchema("quota_set", {"user_id": Text(last=True, longest=255)})
