# SPDX-License-Identifier: Apache-2.0
"""All operations with their paths, read from what the engine has registered.

A path here is the one a client uses below the version; the documents that need no token stand
above all versions (`root`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from pyramid.config import Configurator
from pyramid.interfaces import IRoutesMapper

from nova_cells.global_api import versions
from nova_cells.global_api.api_view import Operation
from nova_cells.global_api.policies import CHECKED_INSIDE, PUBLIC, list_rules
from nova_cells.global_api.versioning import Span

ROOT = "/@root"
_VARIABLE = re.compile(r"{([^}:]*)[^}]*}")


@dataclass(frozen=True)
class Endpoint:
    """One operation at one place. `area` is the package of its collection."""

    operation: Operation
    path: str
    method: str
    span: Span
    action: str | None
    root: bool

    @property
    def area(self) -> str:
        return self.operation.view.__module__.split(".resources.")[1].split(".")[0]

    @property
    def name(self) -> str:
        """Unique, and stable as long as the place is."""
        view = self.operation.view
        return f"{self.area}.{view.__module__.rpartition('.')[2]}.{view.__name__}"

    @property
    def retired(self) -> bool:
        return self.area == "retired"

    @property
    def variables(self) -> list[str]:
        """What the path leaves open."""
        return _VARIABLE.findall(self.path)

    @property
    def on_server(self) -> bool:
        """Whether it may have to ask the cell of a server."""
        return self.path.startswith("/servers/{")

    def successes(self, minor: int) -> list[int]:
        """The codes of success in a version."""
        return sorted({self.operation.status_at(minor), *self.operation.also})

    def refusals(self) -> list[int]:
        """The codes a client has to reckon with when it is refused."""
        codes = {400, 406, 431, *self.operation.faults}
        if self.operation.policy != PUBLIC:
            codes |= {401, 403}
        if self.variables:
            codes.add(404)
        if self.method in ("POST", "PUT"):
            codes |= {413, 415}
        if self.on_server:
            codes.add(503)
        return sorted(codes)

    def policies(self) -> list[str]:
        """The rules asked; those a view asks by itself are found by their operations."""
        policy = self.operation.policy
        named = [] if policy in (CHECKED_INSIDE, PUBLIC) else [policy]
        place = (self.method, _anonymous(self.path))
        if self.action is None:
            named += [rule for rule in _rules_by_place().get(place, ()) if rule not in named]
        return named


def all_endpoints() -> list[Endpoint]:
    """What every application serves, without making one."""
    return _all()


def endpoints_of(registry: Any) -> list[Endpoint]:
    """What an application serves."""
    patterns = {
        route.name: route.pattern for route in registry.getUtility(IRoutesMapper).get_routes(True)
    }
    return list(_endpoints(registry.operations.declared, patterns))


@cache
def _all() -> list[Endpoint]:
    from nova_cells.global_api.app import include_operations  # it has us among its operations

    versions.load()
    config = Configurator()
    include_operations(config)
    config.commit()
    return endpoints_of(config.registry)


def _endpoints(declared: list[Any], patterns: dict[str, str]) -> Iterator[Endpoint]:
    for each in declared:
        pattern = patterns[each.route]
        root = pattern == "/@versions" or pattern.startswith(ROOT)
        if pattern.startswith("/@version/"):  # what `entry` makes of /v2 and /v2.1
            continue
        path = "/" if pattern == "/@versions" else _plain(pattern.removeprefix(ROOT))
        yield Endpoint(each.operation, path, each.method, each.span, each.action, root)


def _plain(pattern: str) -> str:
    return _VARIABLE.sub(r"{\1}", pattern)


def _anonymous(path: str) -> str:
    return _VARIABLE.sub("{}", path)


@cache
def _rules_by_place() -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for rule in list_rules():
        for operation in getattr(rule, "operations", ()):
            place = (operation["method"], _anonymous(operation["path"].split(" ")[0]))
            found.setdefault(place, []).append(rule.name)
    return found
