# SPDX-License-Identifier: Apache-2.0
"""How an operation of the API is declared: one decorator, all that a reader wants to know of it.

    @api_view(route_name="server", request_method="GET", shape="server.show",
              policy=policies.SHOW, on=server_of_caller)
    def show(row, request): return {"server": presenter.show(row, request)}

A view gets what `on` found (or the root) and the request, and returns plain JSON values or nothing.
In this order: query, body, `on`, policy, view. A view without a policy is refused at import.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import venusian

from nova_cells.global_api import policies
from nova_cells.global_api.requests import read_body, read_query
from nova_cells.global_api.responses import render
from nova_cells.global_api.versioning import Answer, BodySchema, QuerySchema
from nova_cells.global_api.versioning.queries import NO_QUERY

View = Callable[[Any, Any], Any]
Status = int | dict[int, int]


@dataclass(frozen=True)
class Operation:
    """A declared view. Called by Pyramid, it does what every operation does and then the view.

    `status`: the code of success, or {since: code} where versions differ; `also`: other codes of
    success. `faults`: the codes of refusal beside those that any operation has. `answer`: the body.
    """

    view: View
    policy: str
    shape: str | None
    on: Callable[[Any], Any] | None
    body: BodySchema | None
    query: QuerySchema | None
    status: Status
    answer: Answer | None = None
    faults: tuple[int, ...] = ()
    also: tuple[int, ...] = ()

    def __call__(self, context: Any, request: Any) -> Any:
        request.environ["nova_cells.operation"] = self
        request.shape = self.shape
        if self.query is not None:
            request.query = read_query(request, self.query)
        if self.body is not None:
            request.document = read_body(request, self.body)
        subject = self.on(request) if self.on is not None else context
        if self.policy not in (policies.CHECKED_INSIDE, policies.PUBLIC):
            request.enforce(self.policy, subject if self.on is not None else None)
        if request.method != "GET":
            _know_limits(subject, request)
        return render(request, self.view(subject, request), self.status_at(request.microversion))

    def status_at(self, minor: int) -> int:
        """The code of success in a version."""
        if isinstance(self.status, int):
            return self.status
        return self.status[max(since for since in self.status if since <= minor)]


def _know_limits(subject: Any, request: Any) -> None:
    """Have the limits of whoever pays at hand: inside a transaction nobody may be asked."""
    payer = getattr(subject, "project_id", None) or request.caller.project_id
    request.side.limits.refresh(payer)


def api_view(
    *,
    route_name: str,
    policy: str,
    request_method: str = "GET",
    microversion: str = "2.1-",
    action: str | None = None,
    shape: str | None = None,
    on: Callable[[Any], Any] | None = None,
    body: BodySchema | None = None,
    query: QuerySchema | None = None,
    status: Status = 200,
    answer: Answer | None = None,
    faults: tuple[int, ...] = (),
    also: tuple[int, ...] = (),
) -> Callable[[View], View]:
    """Declare an operation; `action` is the one key of the body of a POST to an action route."""
    if query is None and request_method == "GET":
        query = NO_QUERY

    def declare(view: View) -> View:
        operation = Operation(view, policy, shape, on, body, query, status, answer, faults, also)

        def register(scanner: Any, name: str, found: Any) -> None:
            scanner.config.add_operation(
                operation, route_name, request_method, microversion, action
            )

        venusian.attach(view, register, category="pyramid")
        return view

    return declare
