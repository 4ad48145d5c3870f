# SPDX-License-Identifier: Apache-2.0
"""How a page is declared: `@page_view(route_name=..., policy=...)` over what gives a response.

Unlike an operation of the API it has no schemas; what the path or form holds, it checks itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import venusian

from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.policies import PUBLIC

Page = Callable[[Any], Any]


def page_view(*, route_name: str, policy: str, method: str = "GET") -> Callable[[Page], Page]:
    """Declare a page; without its policy nobody sees it."""

    def declare(view: Page) -> Page:
        def answer(_root: Any, request: Any) -> Any:
            if policy != PUBLIC:
                request.enforce(policy)
            _readable(request)
            return view(request)

        def register(scanner: Any, name: str, found: Any) -> None:
            config = scanner.config
            config.registry.operations.methods[route_name].add(method)
            config.add_view(answer, route_name=route_name, request_method=method)

        venusian.attach(view, register, category="pyramid")
        return view

    return declare


def _readable(request: Any) -> None:
    """Query and form are text, or the request is refused before a page looks at them."""
    try:
        given = [*request.GET.items(), *request.POST.items()]
    except ValueError:
        raise BadRequest("The query or the form can't be read.") from None
    if any(not isinstance(value, str) or "\0" in value for _name, value in given):
        raise BadRequest("The query or the form holds what is no text.")
