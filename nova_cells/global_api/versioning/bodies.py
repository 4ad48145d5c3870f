# SPDX-License-Identifier: Apache-2.0
"""Request bodies: the schema of every version from one head schema, then a step up to head.

A body is checked against the schema its own version had: the head schema with each later edit
taken back, compiled on first use. Then declared steps bring it to head form, so that a service
sees one form only. Edits are pure: they get a private copy of the schema and change it in place.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import fastjsonschema

from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.versioning.formats import FORMATS
from nova_cells.global_api.versioning.span import NEWEST

Schema = dict[str, Any]
Body = dict[str, Any]
Edit = Callable[[Schema], None]
Step = Callable[[Body], None]

DRAFT = "http://json-schema.org/draft-04/schema#"  # later drafts take 1.0 for an integer

_EDITS: dict[str, list[tuple[int, Edit]]] = defaultdict(list)
_STEPS: dict[str, list[tuple[int, Step]]] = defaultdict(list)


def body_changed(since: int, *, of: str | Iterable[str]) -> Callable[[Edit], Edit]:
    """Declare a change of a body's schema; the decorated function takes it back."""

    def declare(edit: Edit) -> Edit:
        for name in [of] if isinstance(of, str) else of:
            _EDITS[name].append((since, edit))
        return edit

    return declare


def body_steps_up(since: int, *, of: str | Iterable[str]) -> Callable[[Step], Step]:
    """Declare how a body of the version before `since` becomes one of `since`, in place."""

    def declare(step: Step) -> Step:
        for name in [of] if isinstance(of, str) else of:
            _STEPS[name].append((since, step))
        return step

    return declare


class BodySchema:
    """A named body. `head` is JSON schema (draft 4) of the newest version."""

    def __init__(self, name: str, head: Schema) -> None:
        self.name = name
        self.head = head
        self._compiled: dict[tuple[int, bool], Callable[[Any], Any]] = {}

    @cached_property
    def turns(self) -> list[int]:
        """The versions at which the schema changed, newest first."""
        return sorted({since for since, _ in _EDITS[self.name]}, reverse=True)

    def at(self, minor: int) -> Schema:
        """The schema a version had."""
        schema = copy.deepcopy(self.head)
        for since, edit in sorted(_EDITS[self.name], key=lambda pair: -pair[0]):
            if since > minor:
                edit(schema)
        return schema

    def accept(self, body: Any, minor: int = NEWEST, *, lenient: bool = False) -> Any:
        """Check a body against its version and bring it to head form; `lenient` is `/v2`."""
        try:
            self.validator(minor, lenient=lenient)(body)
        except fastjsonschema.JsonSchemaValueException as refusal:
            raise BadRequest(_explain(refusal)) from None
        for since, step in sorted(_STEPS[self.name], key=lambda pair: pair[0]):
            if since > minor:
                step(body)
        return body

    def validator(self, minor: int, *, lenient: bool = False) -> Callable[[Any], Any]:
        """What checks a body of a version.

        A window is compiled when it is first asked for: that takes up to 40 ms of a request, and
        all of them at once would make every start a second longer for versions nobody speaks.
        """
        window = max((turn for turn in self.turns if turn <= minor), default=1)
        validator = self._compiled.get((window, lenient))
        if validator is None:
            schema = {"$schema": DRAFT, **self.at(window)}
            if lenient:
                _tolerate(schema)
            validator = fastjsonschema.compile(schema, formats=FORMATS, use_default=False)
            self._compiled[window, lenient] = validator
        return validator


def _tolerate(schema: Any) -> None:
    """Unknown keys are fine, and blanks around names: the rules of the unversioned API."""
    if isinstance(schema, dict):
        if schema.get("format") == "name":
            schema["format"] = "loose-name"
        if schema.get("additionalProperties") is False and "patternProperties" not in schema:
            del schema["additionalProperties"]
        for part in schema.values():
            _tolerate(part)
    elif isinstance(schema, list):
        for part in schema:
            _tolerate(part)


def _explain(refusal: fastjsonschema.JsonSchemaValueException) -> str:
    field = ".".join(refusal.path[1:]) or "body"
    said = refusal.message.replace(refusal.name or "data", field, 1)
    if refusal.rule in ("required", "additionalProperties"):
        return f"Invalid input: {said}"
    shown = repr(refusal.value)
    shown = shown if len(shown) <= 200 else shown[:200] + "..."
    return f"Invalid input for field/attribute {field}. Value: {shown}. {said}"
