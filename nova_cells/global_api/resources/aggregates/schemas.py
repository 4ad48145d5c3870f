# SPDX-License-Identifier: Apache-2.0
"""Bodies of aggregates. A zone's name holds no colon: a server is asked for in zone:host:node."""

from __future__ import annotations

from nova_cells.global_api.resources.servers.schemas.fields import NAME, closed
from nova_cells.global_api.versioning import BodySchema

_ZONE = {
    "type": ["string", "null"],
    "minLength": 1,
    "maxLength": 255,
    "pattern": "^[^:]*$",
    "format": "name",
}
_HOST = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[a-zA-Z0-9\-._]*$"}
_VALUES = {
    "type": "object",
    "patternProperties": {
        r"^[a-zA-Z0-9\-_:. ]{1,255}$": {"type": ["string", "null"], "maxLength": 255}
    },
    "additionalProperties": False,
}

CREATE = BodySchema(
    "aggregate.create",
    closed(
        {"aggregate": closed({"name": NAME, "availability_zone": _ZONE}, required=("name",))},
        required=("aggregate",),
    ),
)
UPDATE = BodySchema(
    "aggregate.update",
    closed(
        {"aggregate": {**closed({"name": NAME, "availability_zone": _ZONE}), "minProperties": 1}},
        required=("aggregate",),
    ),
)
ADD_HOST = BodySchema(
    "aggregate.add_host",
    closed({"add_host": closed({"host": _HOST}, required=("host",))}, required=("add_host",)),
)
REMOVE_HOST = BodySchema(
    "aggregate.remove_host",
    closed({"remove_host": closed({"host": _HOST}, required=("host",))}, required=("remove_host",)),
)
SET_METADATA = BodySchema(
    "aggregate.set_metadata",
    closed(
        {"set_metadata": closed({"metadata": _VALUES}, required=("metadata",))},
        required=("set_metadata",),
    ),
)

IMAGES = BodySchema(
    "aggregate.images",
    closed(
        {
            "cache": {
                "type": "array",
                "minItems": 1,
                "items": closed({"id": {"type": "string", "format": "uuid"}}, required=("id",)),
            }
        },
        required=("cache",),
    ),
)
