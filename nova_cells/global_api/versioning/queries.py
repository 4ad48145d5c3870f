# SPDX-License-Identifier: Apache-2.0
"""Query strings: which parameters an operation knows in which version, and what of the others.

The head parameters are given where the operation is; files in `versions/` say since when (or until
when) a name is known and since when an unknown one is refused. Unless declared earlier that is
2.102; before, an unknown name is dropped in silence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.versioning.parameters import Parameter

STRICT_EVERYWHERE = 102

_SINCE: dict[str, dict[str, int]] = defaultdict(dict)
_UNTIL: dict[str, dict[str, int]] = defaultdict(dict)
_STRICT: dict[str, int] = {}


def parameters_added(since: int, *names: str, to: str | Iterable[str]) -> None:
    """Declare that these parameters are known from a version on."""
    for query in [to] if isinstance(to, str) else to:
        _SINCE[query].update(dict.fromkeys(names, since))


def parameters_removed(since: int, *names: str, of: str | Iterable[str]) -> None:
    """Declare that these parameters are not known any more from a version on."""
    for query in [of] if isinstance(of, str) else of:
        _UNTIL[query].update(dict.fromkeys(names, since))


def query_strict(since: int, *, on: str | Iterable[str]) -> None:
    """Declare that unknown parameters are refused from a version on."""
    for query in [on] if isinstance(on, str) else on:
        _STRICT[query] = since


class QuerySchema:
    """A named query. `parameters`: all names any version knows."""

    def __init__(self, name: str, parameters: Mapping[str, Parameter] | None = None) -> None:
        self.name = name
        self.parameters = dict(parameters or {})

    def knows(self, name: str, minor: int) -> bool:
        """Whether a parameter has a meaning in a version."""
        if name not in self.parameters:
            return False
        until = _UNTIL[self.name].get(name)
        return minor >= _SINCE[self.name].get(name, 1) and (until is None or minor < until)

    def at(self, minor: int) -> dict[str, Parameter]:
        """The parameters a version knows."""
        return {name: kind for name, kind in self.parameters.items() if self.knows(name, minor)}

    def strict(self, minor: int) -> bool:
        """Whether a version refuses unknown parameters."""
        return minor >= _STRICT.get(self.name, STRICT_EVERYWHERE)

    def turns(self) -> set[int]:
        """The versions at which this query changed."""
        changes = {*_SINCE[self.name].values(), *_UNTIL[self.name].values()}
        return changes | {_STRICT.get(self.name, STRICT_EVERYWHERE)}

    def accept(
        self, given: Mapping[str, list[str]], minor: int, *, lenient: bool = False
    ) -> dict[str, Any]:
        """The values of what is known; refuses or drops the rest as the version does."""
        strict = self.strict(minor) and not lenient
        values: dict[str, Any] = {}
        for name, texts in given.items():
            if self.knows(name, minor):
                values[name] = self.parameters[name].read(name, texts)
            elif strict:
                raise BadRequest(
                    f"Invalid input for query parameters: additional properties are not allowed "
                    f"({name!r} was unexpected)"
                )
        return values


NO_QUERY = QuerySchema("none")
