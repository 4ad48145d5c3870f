# SPDX-License-Identifier: Apache-2.0
"""What an operation answers: a schema made of shapes, for each version.

Nothing of this runs when a request is served. The OpenAPI document is made from it, and the tests
of the API hold every answer they get against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from nova_cells.global_api.versioning.shapes import Refer, Schema, Shape, Within, resolve, whole
from nova_cells.global_api.versioning.span import NEWEST, OLDEST

LINK = {
    "type": "object",
    "properties": {"rel": {"type": "string"}, "href": {"type": "string"}},
    "required": ["rel", "href"],
    "additionalProperties": False,
}
LINKS = {"type": "array", "items": LINK}


class Answer:
    """A body; outside the spans of a `Within` at its top there is none."""

    def __init__(self, node: Any) -> None:
        self.node = node

    def at(self, minor: int, refer: Refer | None = None) -> Schema | None:
        """The schema of the body in a version."""
        schema: Schema | None = resolve(self.node, minor, refer)
        return schema

    @cached_property
    def turns(self) -> list[int]:
        """The first version of every window, oldest first."""
        found = {OLDEST}
        for part in walk(self.node):
            found |= part.turns()
        return sorted(turn for turn in found if OLDEST <= turn <= NEWEST)

    def window(self, minor: int) -> int:
        """The first version of the window a version is in."""
        return max(turn for turn in self.turns if turn <= minor)


def one(name: str, node: Any, **more: Any) -> Answer:
    """A thing under its name, and what stands beside it."""
    return Answer(whole({name: node, **more}))


def many(name: str, node: Any, links: Any = None) -> Answer:
    """A list under its name; `links` is the name of the link to the next page, or its span too."""
    found: Schema = {name: {"type": "array", "items": node}}
    if links is None:
        return Answer(whole(found))
    key, since = (links, "2.1-") if isinstance(links, str) else links
    return Answer(whole({**found, key: Within(since, LINKS)}, optional=(key,)))


def walk(node: Any) -> Iterator[Shape | Within]:
    """All that depends on the version, at any depth."""
    if isinstance(node, Shape):
        yield node
        for part in node.parts():
            yield from walk(part)
    elif isinstance(node, Within):
        yield node
        yield from walk(node.node)
    elif isinstance(node, dict):
        for part in node.values():
            yield from walk(part)
    elif isinstance(node, list | tuple):
        for part in node:
            yield from walk(part)
