# SPDX-License-Identifier: Apache-2.0
"""A flavor as a client wishes it, turned into the columns of one."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.booleans import truth
from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.resources.flavors.schemas import MOST

_PUBLIC = "os-flavor-access:is_public"
_NUMBERS = {
    "ram": "memory_mb",
    "vcpus": "vcpus",
    "disk": "root_gb",
    "OS-FLV-EXT-DATA:ephemeral": "ephemeral_gb",
    "swap": "swap_mb",
}


def columns(wish: dict[str, Any]) -> dict[str, Any]:
    """The values of a new flavor's row."""
    values: dict[str, Any] = {
        column: _whole(name, wish.get(name, 0)) for name, column in _NUMBERS.items()
    }
    values["name"] = wish["name"]
    values["flavorid"] = str(wish["id"]) if wish.get("id") is not None else None
    values["is_public"] = truth(_PUBLIC, wish.get(_PUBLIC, True))
    values["description"] = wish.get("description")
    values["rxtx_factor"] = _factor(wish.get("rxtx_factor", 1.0))
    return values


def _whole(name: str, value: Any) -> int:
    number = int(value)
    if number > MOST:
        raise BadRequest(
            f"Invalid input for field/attribute {name}. Value: {value!r}. "
            f"It is greater than the maximum of {MOST}."
        )
    return number


def _factor(value: Any) -> float:
    number = float(value)
    if not 0 < number <= 3.4e38:
        raise BadRequest(
            f"Invalid input for field/attribute rxtx_factor. Value: {value!r}. "
            "It is not a positive number."
        )
    return number
