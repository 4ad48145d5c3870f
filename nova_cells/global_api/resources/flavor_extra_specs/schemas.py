# SPDX-License-Identifier: Apache-2.0
"""Bodies of extra specs: names are tame, values are text or numbers."""

from __future__ import annotations

from nova_cells.global_api.versioning import BodySchema

_SPECS = {
    "type": "object",
    "patternProperties": {
        "^[a-zA-Z0-9-_:. ]{1,255}$": {"type": ["string", "number"], "maxLength": 255}
    },
    "additionalProperties": False,
}

CREATE = BodySchema(
    "extra_specs.create",
    {
        "type": "object",
        "properties": {"extra_specs": _SPECS},
        "required": ["extra_specs"],
        "additionalProperties": False,
    },
)
UPDATE = BodySchema("extra_specs.update", {**_SPECS, "minProperties": 1, "maxProperties": 1})
