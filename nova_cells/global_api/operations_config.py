# SPDX-License-Identifier: Apache-2.0
"""How operations become Pyramid views, and what is settled before one of them is chosen.

Actions of one URL are told apart by view name, not by predicates: the cost stays flat however many
there are. The name is taken from the body's only key when the root object is made.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from pyramid.config import Configurator

from nova_cells.global_api.faults import BadRequest, Forbidden, NotFound
from nova_cells.global_api.faults_http import Unrouted, UnsupportedVersion
from nova_cells.global_api.versioning.negotiate import Malformed, negotiate
from nova_cells.global_api.versioning.span import NEWEST, OLDEST, MicroversionPredicate, Span


@dataclass(frozen=True)
class Declared:
    """An operation and where it is reached."""

    operation: Any
    route: str
    method: str
    span: Span
    action: str | None


@dataclass
class Table:
    """What is declared: route → methods, and action route → actions; and all of it in order."""

    methods: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    actions: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    declared: list[Declared] = field(default_factory=list)


class Root:
    """The context of every view whose operation looks nothing up."""

    def __init__(self, request: Any) -> None:
        table: Table = request.registry.operations
        route = getattr(request, "matched_route", None)
        if route is None or request.method not in table.methods[route.name]:
            raise Unrouted
        agree_on_version(request)
        # No id holds one, and not every database takes one in a question.
        if "\0" in request.path_info:
            raise NotFound("The resource could not be found.")
        check_project(request)
        if route.name in table.actions:
            request.matchdict["traverse"] = (action_of(request, table.actions[route.name]),)


def agree_on_version(request: Any) -> None:
    """Settle `request.microversion`; from here on every answer says which it is."""
    environ = request.environ
    if environ.get("nova_cells.legacy"):
        request.legacy = True
        return
    try:
        asked = negotiate(environ)
    except Malformed as text:
        raise BadRequest(
            f"API Version String '{text}' is of invalid format. "
            "Must be of format MajorNum.MinorNum."
        ) from None
    environ["nova_cells.echo"] = asked.text
    if asked.minor is None:
        raise UnsupportedVersion(
            f"Version {asked.text} is not supported by the API. "
            f"Minimum is 2.{OLDEST} and maximum is 2.{NEWEST}."
        )
    request.microversion = asked.minor


def check_project(request: Any) -> None:
    """The token has to be for a project, and one in the URL has to be the same.

    A token without one (of the whole system, of a domain) would match whatever belongs to nobody.
    """
    if not request.environ.get("nova_cells.public") and not request.caller.project_id:
        raise Forbidden("A token that is scoped to a project is needed.")
    project = request.environ.get("nova_cells.project")
    if project is not None and project != request.caller.project_id:
        raise BadRequest(
            f"Malformed request URL: URL's project_id '{project}' doesn't match "
            f"Context's project_id '{request.caller.project_id}'"
        )


def action_of(request: Any, known: set[str]) -> str:
    """The action a body names: its only key."""
    if not request.body:
        raise BadRequest("Malformed request body: an action is expected.")
    body = request.parsed_body
    if not isinstance(body, dict):
        raise NotFound("The resource could not be found.")
    if len(body) != 1:
        raise BadRequest("Malformed request body: exactly one action is expected.")
    (name,) = body
    if name not in known:
        raise BadRequest(f"There is no such action: {name}")
    return str(name)


def add_operation(
    config: Configurator,
    operation: Any,
    route_name: str,
    request_method: str,
    microversion: str,
    action: str | None,
) -> None:
    """Directive: register a declared operation (see `api_view`)."""
    table: Table = config.registry.operations
    table.methods[route_name].add(request_method)
    span = Span.parse(microversion)
    table.declared.append(Declared(operation, route_name, request_method, span, action))
    if action is not None:
        table.actions[route_name].add(action)
    config.add_view(
        operation,
        route_name=route_name,
        request_method=request_method,
        name=action or "",
        microversion=microversion,
    )


def includeme(config: Configurator) -> None:
    """Make the directive and the predicate known."""
    add_operation_directive(config)
    config.set_root_factory(Root)


def add_operation_directive(config: Configurator) -> None:
    """What `api_view` needs; the root is the application's own."""
    config.registry.operations = Table()
    config.add_directive("add_operation", add_operation)
    config.add_view_predicate("microversion", MicroversionPredicate)
