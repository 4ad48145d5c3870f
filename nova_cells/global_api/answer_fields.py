# SPDX-License-Identifier: Apache-2.0
"""The kinds of fields that answers have in common. What may be null says so in its name."""

from __future__ import annotations

from typing import Any

Field = dict[str, Any]

TEXT: Field = {"type": "string"}
TEXT_OR_NULL: Field = {"type": ["string", "null"]}
WHOLE: Field = {"type": "integer"}
WHOLE_OR_NULL: Field = {"type": ["integer", "null"]}
NUMBER: Field = {"type": "number"}
BOOLEAN: Field = {"type": "boolean"}
BOOLEAN_OR_NULL: Field = {"type": ["boolean", "null"]}
NULL: Field = {"type": "null"}
UUID: Field = {"type": "string", "format": "uuid"}
UUID_OR_NULL: Field = {"type": ["string", "null"], "format": "uuid"}
SECONDS: Field = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}

_PRECISE = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$"
MOMENT: Field = {"type": "string", "pattern": _PRECISE}
MOMENT_OR_NULL: Field = {"type": ["string", "null"], "pattern": _PRECISE}

ANYTHING: Field = {"type": "object"}


def listed(item: Any) -> Field:
    """A list of these."""
    return {"type": "array", "items": item}


def mapped(value: Any) -> Field:
    """An object with any names and these values."""
    return {"type": "object", "additionalProperties": value}


def words(*known: str) -> Field:
    """One of these texts."""
    return {"type": "string", "enum": list(known)}
