# SPDX-License-Identifier: Apache-2.0
"""Bodies and queries of flavors, as the newest version has them."""

from __future__ import annotations

from nova_cells.global_api.resources.flavors.query import SORT_KEYS
from nova_cells.global_api.versioning import BodySchema, Choice, Number, QuerySchema, Text

MOST = 2**31 - 1


def size(least: int) -> dict[str, object]:
    """A whole number, also as text; the upper bound of text is checked by the service."""
    pattern = "^[0-9]{1,10}$" if least == 0 else "^0*[1-9][0-9]{0,9}$"
    return {
        "type": ["integer", "string"],
        "pattern": pattern,
        "minLength": 1,
        "minimum": least,
        "maximum": MOST,
    }


NAME = {"type": "string", "minLength": 1, "maxLength": 255, "format": "name"}
DESCRIPTION = {
    "type": ["string", "null"],
    "maxLength": 65535,
    "pattern": r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",
}

CREATE = BodySchema(
    "flavor.create",
    {
        "type": "object",
        "properties": {
            "flavor": {
                "type": "object",
                "properties": {
                    "name": NAME,
                    "id": {
                        "type": ["string", "number", "null"],
                        "maxLength": 255,
                        "pattern": r"^(?! )[a-zA-Z0-9. _-]*(?<! )$",
                    },
                    "ram": size(1),
                    "vcpus": size(1),
                    "disk": size(0),
                    "OS-FLV-EXT-DATA:ephemeral": size(0),
                    "swap": size(0),
                    "os-flavor-access:is_public": {"type": ["boolean", "string", "integer"]},
                    "description": DESCRIPTION,
                },
                "required": ["name", "ram", "vcpus", "disk"],
                "additionalProperties": False,
            }
        },
        "required": ["flavor"],
        "additionalProperties": False,
    },
)

UPDATE = BodySchema(
    "flavor.update",
    {
        "type": "object",
        "properties": {
            "flavor": {
                "type": "object",
                "properties": {"description": DESCRIPTION},
                "required": ["description"],
                "additionalProperties": False,
            }
        },
        "required": ["flavor"],
        "additionalProperties": False,
    },
)

LIST_QUERY = QuerySchema(
    "flavor.list",
    {
        "limit": Number(),
        "marker": Text(),
        "is_public": Text(),
        "minRam": Text(),
        "minDisk": Text(),
        "sort_key": Choice(words=tuple(SORT_KEYS)),
        "sort_dir": Choice(words=("asc", "desc")),
        "name": Text(),
    },
)
