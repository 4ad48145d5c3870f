# SPDX-License-Identifier: Apache-2.0
"""Limits as a client wishes them: numbers, also as text; `force` is none of them."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.resources.quota_sets.limits_store import RESOURCES, RETIRED
from nova_cells.global_api.resources.quota_sets.schemas import MOST


def limits(wish: dict[str, Any]) -> dict[str, int]:
    """What is to be set. Old versions may also set quotas that no longer limit anything."""
    return {name: _number(name, wish[name]) for name in (*RESOURCES, *RETIRED) if name in wish}


def _number(name: str, value: Any) -> int:
    number = int(value)
    if number > MOST:
        raise BadRequest(
            f"Invalid input for field/attribute {name}. Value: {value!r}. "
            f"It is greater than the maximum of {MOST}."
        )
    return number
