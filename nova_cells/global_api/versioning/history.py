# SPDX-License-Identifier: Apache-2.0
"""What changed in responses: declared once per version, compiled once per (shape, version).

A shape is the name of a JSON object on the wire ("server.show"). Presenters make it as the newest
version has it and let the request's plan undo what came later, newest change first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

Document = dict[str, Any]
Facts = Mapping[str, Any]
Undo = Callable[[Document, Facts], None]

NO_FACTS: Facts = {}


@dataclass(frozen=True)
class Change:
    """`adds`: head fields an older client never sees; `needs`: facts only it still needs.

    `restores`: fields that are back in older versions.
    """

    since: int
    shapes: tuple[str, ...]
    undo: Undo | None = None
    adds: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    restores: frozenset[str] = frozenset()


HISTORY: list[Change] = []


@dataclass(frozen=True)
class Plan:
    """How to make one shape look as it did in one version."""

    hidden: frozenset[str]
    needs: frozenset[str]
    steps: tuple[Undo, ...]

    def shows(self, name: str) -> bool:
        """Whether it is worth working out this field or fact of the head document."""
        return name not in self.hidden or name in self.needs

    def step_back(self, document: Document, facts: Facts = NO_FACTS) -> Document:
        """Change a head document, in place, into what this version's clients expect."""
        for step in self.steps:
            step(document, facts)
        return document


def added(since: int, *fields: str, to: str | Iterable[str]) -> None:
    """Declare fields that came with a version."""
    HISTORY.append(Change(since, _names(to), adds=frozenset(fields)))


def removed(since: int, *fields: str, of: str | Iterable[str]) -> None:
    """Declare fields that went with a version: older clients get the facts of the same name."""

    def bring_back(document: Document, facts: Facts) -> None:
        for name in fields:
            document[name] = facts[name]

    names = frozenset(fields)
    HISTORY.append(Change(since, _names(of), undo=bring_back, needs=names, restores=names))


def reshaped(
    since: int, *, on: str | Iterable[str], needs: Iterable[str] = ()
) -> Callable[[Undo], Undo]:
    """Declare a change of form; the decorated function undoes it on a document."""

    def declare(undo: Undo) -> Undo:
        HISTORY.append(Change(since, _names(on), undo=undo, needs=frozenset(needs)))
        return undo

    return declare


@cache
def plan_for(shape: str, minor: int) -> Plan:
    """The plan of a shape in a version; an unknown shape simply never changed."""
    newer = [change for change in HISTORY if shape in change.shapes and change.since > minor]
    newer.sort(key=lambda change: -change.since)
    return Plan(
        hidden=frozenset().union(*(change.adds for change in newer)),
        needs=frozenset().union(*(change.needs for change in newer)),
        steps=tuple(_compile(newer)),
    )


def _compile(changes: list[Change]) -> list[Undo]:
    """Runs of plain additions become one step."""
    steps: list[Undo] = []
    pending: list[str] = []
    for change in changes:
        pending.extend(sorted(change.adds))
        if change.undo is not None:
            steps.extend(_drop(pending))
            pending = []
            steps.append(change.undo)
    steps.extend(_drop(pending))
    return steps


def _drop(fields: list[str]) -> list[Undo]:
    if not fields:
        return []
    names = tuple(fields)

    def drop(document: Document, facts: Facts) -> None:
        for name in names:
            document.pop(name, None)

    return [drop]


def _names(names: str | Iterable[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)
