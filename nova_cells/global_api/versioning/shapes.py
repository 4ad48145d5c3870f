# SPDX-License-Identifier: Apache-2.0
"""The JSON schema of every shape in every version, from the head schema and the same history.

What `added` and `removed` say of a shape's fields is read from there; only a `reshaped` needs its
`shape_changed` beside it, which takes the schema back as the other takes back a document. Shapes
are declared closed: a field nobody declared is a mistake, and the tests of the API find it.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from nova_cells.global_api.versioning.history import HISTORY, Change
from nova_cells.global_api.versioning.span import NEWEST, Span

Schema = dict[str, Any]
Edit = Callable[[Schema], None]

_EDITS: dict[str, list[tuple[int, Edit]]] = defaultdict(list)


def shape_changed(since: int, *, of: str | Iterable[str]) -> Callable[[Edit], Edit]:
    """Declare a change of a shape's schema; the decorated function takes it back."""

    def declare(edit: Edit) -> Edit:
        for name in [of] if isinstance(of, str) else of:
            _EDITS[name].append((since, edit))
        return edit

    return declare


def whole(properties: Mapping[str, Any], optional: Collection[str] = ()) -> Schema:
    """An object with all these properties and no other; the optional ones may be missing."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


class Shape:
    """A JSON object on the wire, as the newest version has it.

    `past` has the fields that only older versions show; `history` is the name its changes are
    declared for, where that is not its own.
    """

    def __init__(
        self,
        name: str,
        properties: Mapping[str, Any],
        *,
        optional: Collection[str] = (),
        past: Mapping[str, Any] | None = None,
        history: str | None = None,
    ) -> None:
        self.name = name
        self.history = history or name
        self._head = whole(properties, optional)
        self._optional = frozenset(optional)
        self._past = dict(past or {})

    def __deepcopy__(self, memo: Any) -> Shape:
        return self

    def at(self, minor: int = NEWEST) -> Schema:
        """The schema a version has; shapes within it are left as they are."""
        schema = copy.deepcopy(self._head)
        for since in sorted(self.turns(), reverse=True):
            if since > minor:
                self._step_back(schema, since)
        return schema

    def turns(self) -> set[int]:
        """The versions at which this shape changed."""
        return {change.since for change in self._changes()} | {
            since for since, _ in _EDITS[self.history]
        }

    def parts(self) -> Iterable[Any]:
        """What it holds in any version."""
        return [*self._head["properties"].values(), *self._past.values()]

    def _step_back(self, schema: Schema, since: int) -> None:
        for change in self._changes():
            if change.since == since:
                for name in change.adds:
                    _drop(schema, name)
                for name in change.restores:
                    self._bring_back(schema, name)
        for changed, edit in _EDITS[self.history]:
            if changed == since:
                edit(schema)

    def _bring_back(self, schema: Schema, name: str) -> None:
        schema["properties"][name] = copy.deepcopy(self._past[name])
        if name not in self._optional:
            schema["required"].append(name)

    def _changes(self) -> list[Change]:
        return [change for change in HISTORY if self.history in change.shapes]


class Within:
    """A part that only some versions have."""

    def __init__(self, versions: str, node: Any) -> None:
        self.span = Span.parse(versions)
        self.node = node

    def __deepcopy__(self, memo: Any) -> Within:
        return self

    def turns(self) -> set[int]:
        """Where it comes, and where it goes."""
        return {self.span.low, self.span.high + 1}


Refer = Callable[[Shape], Schema]


def resolve(node: Any, minor: int, refer: Refer | None = None) -> Any:
    """The plain schema of a version; `refer` says what stands where a shape is."""
    if isinstance(node, Shape):
        return refer(node) if refer is not None else resolve(node.at(minor), minor)
    if isinstance(node, Within):
        return resolve(node.node, minor, refer) if minor in node.span else None
    if isinstance(node, dict):
        return _resolve_object(node, minor, refer)
    if isinstance(node, list | tuple):
        return [resolve(part, minor, refer) for part in node if not _absent(part, minor)]
    return node


def _resolve_object(node: Schema, minor: int, refer: Refer | None) -> Schema:
    found = {
        name: resolve(part, minor, refer) for name, part in node.items() if not _absent(part, minor)
    }
    if "required" in found and "properties" in found:
        known = found["properties"]
        found["required"] = sorted({name for name in found["required"] if name in known})
    return found


def _absent(node: Any, minor: int) -> bool:
    return isinstance(node, Within) and minor not in node.span


def _drop(schema: Schema, name: str) -> None:
    schema["properties"].pop(name, None)
    if name in schema["required"]:
        schema["required"].remove(name)
