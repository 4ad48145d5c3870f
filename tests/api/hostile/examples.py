# SPDX-License-Identifier: Apache-2.0
"""A valid value for any schema of this API: with what is required alone, or with everything."""

from __future__ import annotations

import base64
import re
from typing import Any

from nova_cells.global_api.versioning.formats import FORMATS

Schema = dict[str, Any]

TEXTS = (
    "a",
    "ab",
    "1",
    "10.0.0.1",
    "2001:db8::1",
    "10.0.0.0/24",
    "/24",
    "00000000-0000-4000-8000-000000000001",
    base64.b64encode(b"text").decode(),
    "a" * 40,
    "2026-01-01T00:00:00Z",
    "none",
    "/dev/vdb",
)


class NoExample(Exception):
    """A pattern that none of the texts matches: add one to `TEXTS`."""


def example(schema: Schema, *, full: bool) -> Any:
    """A value the schema takes."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for word in ("oneOf", "anyOf"):
        if word in schema:
            rest = {name: part for name, part in schema.items() if name != word}
            return example({**rest, **schema[word][0]}, full=full)
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    return _KINDS[kind](schema, full)


def _object(schema: Schema, full: bool) -> dict[str, Any]:
    properties, required = schema.get("properties", {}), schema.get("required", [])
    found = {
        name: example(part, full=full)
        for name, part in properties.items()
        if full or name in required
    }
    patterns = schema.get("patternProperties", {})
    if patterns and (full or schema.get("minProperties")):
        pattern, part = next(iter(patterns.items()))
        name = next(text for text in TEXTS if re.search(pattern, text))
        found[name] = example(part, full=full)
    if len(found) < schema.get("minProperties", 0):
        name = next(iter(properties))
        found[name] = example(properties[name], full=full)
    return found


def _array(schema: Schema, full: bool) -> list[Any]:
    count = max(schema.get("minItems", 0), 1 if full else 0)
    return [example(schema.get("items", {}), full=full) for _ in range(count)]


def _text(schema: Schema, full: bool) -> str:
    for text in TEXTS:
        fits = schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 10**6)
        matches = "pattern" not in schema or re.search(schema["pattern"], text)
        check = FORMATS.get(schema.get("format", ""))
        if fits and matches and (not callable(check) or check(text)):
            return text
    raise NoExample(schema)


def _integer(schema: Schema, full: bool) -> int:
    return int(schema.get("minimum", 1))


_KINDS: dict[Any, Any] = {
    "object": _object,
    "array": _array,
    "string": _text,
    "integer": _integer,
    "number": _integer,
    "boolean": lambda schema, full: True,
    "null": lambda schema, full: None,
    None: lambda schema, full: "anything",
}
