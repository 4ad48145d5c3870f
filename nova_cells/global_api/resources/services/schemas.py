# SPDX-License-Identifier: Apache-2.0
"""Bodies and queries of services. Until 2.52 a PUT names an action, from 2.53 on a service."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.versioning import BodySchema, Parameter, QuerySchema

_REASON = {"type": "string", "minLength": 1, "maxLength": 255, "format": "printable"}
_TRUTH = {"type": ["boolean", "string", "integer"]}
_NAME = {"type": "string", "minLength": 1, "maxLength": 255}


def _object(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


ACT = BodySchema(
    "service.act",
    _object(
        {"host": _NAME, "binary": _NAME, "disabled_reason": _REASON, "forced_down": _TRUTH},
        "host",
        "binary",
    ),
)
UPDATE = BodySchema(
    "service.update",
    _object(
        {
            "status": {"enum": ["enabled", "disabled"]},
            "disabled_reason": _REASON,
            "forced_down": _TRUTH,
        }
    ),
)
LIST_QUERY = QuerySchema(
    "service.list", {"host": Parameter(last=True), "binary": Parameter(last=True)}
)
