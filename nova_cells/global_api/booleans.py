# SPDX-License-Identifier: Apache-2.0
"""The API's many spellings of true and false: JSON's own, and words like "on", "yes" and "0"."""

from __future__ import annotations

from typing import Any

from oslo_utils import strutils

from nova_cells.global_api.faults import BadRequest


def truth(name: str, value: Any) -> bool:
    """What `value` says, or a fault that names the field."""
    try:
        return bool(strutils.bool_from_string(value, strict=True))
    except ValueError:
        raise BadRequest(
            f"Invalid input for field/attribute {name}. Value: {value!r}. It is not a boolean."
        ) from None
