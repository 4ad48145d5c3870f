# SPDX-License-Identifier: Apache-2.0
"""docs/api/microversions.md: what each version changed, from its file and what it declares."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from nova_cells.global_api import versions
from nova_cells.global_api.openapi import all_endpoints
from nova_cells.global_api.versioning import NEWEST, OLDEST, bodies, gates, history, queries

PAGE = "api/microversions.md"
INTRODUCTION = f"""\
<!-- Written by tools/docs from nova_cells/global_api/versions/. -->
# Microversions 2.{OLDEST} to 2.{NEWEST}

A request asks for one by `OpenStack-API-Version: compute 2.X`; without that it is answered as
2.{OLDEST} has it. What a version is not mentioned for did not change with it.

"""


def page() -> str:
    """The whole page; `all_endpoints` makes sure that everything is declared."""
    all_endpoints()
    return INTRODUCTION + "\n".join(_section(minor) for minor in range(OLDEST + 1, NEWEST + 1))


def _section(minor: int) -> str:
    module = importlib.import_module(f"{versions.__name__}.v{minor:03d}")
    (sentence, *_) = (module.__doc__ or "").strip().split("\n")
    title, _, text = sentence.partition(": ")
    details = "".join(f"- {line}\n" for line in _details(minor))
    return f"## {title}\n\n{text[0].upper()}{text[1:]}\n" + (f"\n{details}" if details else "")


def _details(minor: int) -> Iterator[str]:
    yield from _operations(minor)
    for change in history.HISTORY:
        if change.since == minor:
            shapes = _names(change.shapes)
            if change.adds:
                yield f"{_names(change.adds)} in answers ({shapes})"
            elif change.restores:
                yield f"no {_names(change.restores)} in answers any more ({shapes})"
            else:
                yield f"answers of another form ({shapes})"
    bodies_changed = {name for name, edits in bodies._EDITS.items() if _at(edits, minor)}
    if bodies_changed:
        yield f"bodies of requests ({_names(bodies_changed)})"
    yield from _parameters(minor)
    behaviours = {name for name, since in gates.GATES.items() if since == minor}
    if behaviours:
        yield f"behaviour: {_names(behaviours)}"


def _operations(minor: int) -> Iterator[str]:
    for endpoint in sorted(all_endpoints(), key=lambda found: (found.path, found.method)):
        if endpoint.retired:
            continue
        action = f" `{endpoint.action}`" if endpoint.action else ""
        place = f"`{endpoint.method} {endpoint.path}`{action}"
        if endpoint.span.low == minor:
            yield f"{place} is there"
        if endpoint.span.high == minor - 1:
            yield f"{place} is gone"


def _parameters(minor: int) -> Iterator[str]:
    for table, text in ((queries._SINCE, "known"), (queries._UNTIL, "not known any more")):
        for query, names in sorted(table.items()):
            found = {name for name, since in names.items() if since == minor}
            if found:
                yield f"query parameters {_names(found)} are {text} ({_names([query])})"
    strict = {query for query, since in queries._STRICT.items() if since == minor}
    if strict:
        yield f"unknown query parameters are refused ({_names(strict)})"
    if minor == queries.STRICT_EVERYWHERE:
        yield "unknown query parameters are refused everywhere"


def _at(edits: list[tuple[int, bodies.Edit]], minor: int) -> bool:
    return any(since == minor for since, _ in edits)


def _names(names: object) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))  # type: ignore[call-overload]
