# SPDX-License-Identifier: Apache-2.0
"""Whether a body is valid, by another validator than the one that serves; and what a refusal names.

Where a regular expression ends with $, that other one takes a line feed at the end: so a body it
finds valid may be refused, but never the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema

from nova_cells.global_api.versioning.formats import FORMATS

CHECKER = jsonschema.FormatChecker(formats=())
for _name, _check in FORMATS.items():
    if callable(_check):
        CHECKER.checks(_name)(
            lambda value, check=_check: not isinstance(value, str) or check(value)
        )


def judge(schema: dict[str, Any]) -> jsonschema.Draft4Validator:
    """A validator for one schema."""
    return jsonschema.Draft4Validator(schema, format_checker=CHECKER)


def problems(validator: jsonschema.Draft4Validator, body: Any) -> list[jsonschema.ValidationError]:
    return list(validator.iter_errors(body))


def names(errors: list[jsonschema.ValidationError]) -> set[str]:
    """The words of which a refusal has to hold one: the places of what is wrong."""
    return {name for error in errors for name in _names(error)} | {"body"}


def _names(error: jsonschema.ValidationError) -> Iterator[str]:
    yield from (str(step) for step in error.absolute_path)
    if error.validator == "required":
        yield from error.validator_value
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        yield from (str(name) for name in error.instance)
    for inner in error.context or ():
        yield from _names(inner)
