# SPDX-License-Identifier: Apache-2.0
"""Bodies of the two actions that grant and take back a flavor."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.versioning import BodySchema


def _of_tenant(action: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            action: {
                "type": "object",
                "properties": {"tenant": {"type": "string", "minLength": 1, "maxLength": 255}},
                "required": ["tenant"],
                "additionalProperties": False,
            }
        },
        "required": [action],
        "additionalProperties": False,
    }


ADD = BodySchema("flavor.add_tenant_access", _of_tenant("addTenantAccess"))
REMOVE = BodySchema("flavor.remove_tenant_access", _of_tenant("removeTenantAccess"))
