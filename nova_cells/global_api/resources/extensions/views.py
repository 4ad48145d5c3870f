# SPDX-License-Identifier: Apache-2.0
"""The operations of /extensions."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import NotFound
from nova_cells.global_api.resources.extensions import answers, policies
from nova_cells.global_api.resources.extensions.catalogue import ALIASES, entry


@api_view(route_name="extensions", policy=policies.SHOW, answer=answers.LIST)
def index(_root: Any, request: Any) -> Any:
    return {"extensions": [entry(alias) for alias in ALIASES]}


@api_view(route_name="extension", policy=policies.SHOW, answer=answers.SHOW)
def show(_root: Any, request: Any) -> Any:
    alias = request.matchdict["alias"]
    if alias not in ALIASES:
        raise NotFound(f"Extension {alias} could not be found.")
    return {"extension": entry(alias)}
