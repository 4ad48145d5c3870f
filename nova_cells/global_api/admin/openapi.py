# SPDX-License-Identifier: Apache-2.0
"""OpenAPI 3.1 for /cells/v1, from what it is served by."""

from __future__ import annotations

from typing import Any

from pyramid.interfaces import IRoutesMapper

from nova_cells import __version__
from nova_cells.global_api.openapi.catalogue import Endpoint
from nova_cells.global_api.openapi.components import Components
from nova_cells.global_api.openapi.operations import operation
from nova_cells.global_api.versioning import NEWEST

Document = dict[str, Any]
PREFIX = "/v1"


class Unversioned(Components):
    """The same components where no version is asked for."""

    def version(self) -> list[Document]:
        return []

    def document(self) -> Document:
        found: Document = super().document()
        del found["parameters"]
        return found


class AdminEndpoint(Endpoint):
    """Named by its file."""

    @property
    def area(self) -> str:
        return self.operation.view.__module__.rpartition(".")[2]


def endpoints(registry: Any) -> list[Endpoint]:
    """The operations of the API; pages are no part of it."""
    routes = registry.getUtility(IRoutesMapper).get_routes(True)
    paths = {route.name: route.pattern for route in routes if route.pattern.startswith(PREFIX)}
    return [
        AdminEndpoint(
            each.operation,
            paths[each.route].replace(":.+}", "}"),
            each.method,
            each.span,
            each.action,
            False,
        )
        for each in registry.operations.declared
        if each.route in paths
    ]


def document(registry: Any) -> Document:
    """The whole of it."""
    components = Unversioned(NEWEST)
    paths: dict[str, Document] = {}
    for endpoint in endpoints(registry):
        described = operation(endpoint, components)
        del described["x-window"]
        paths.setdefault(endpoint.path.removeprefix(PREFIX), {})[endpoint.method.lower()] = (
            described
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Cells of nova_cells",
            "version": "1",
            "description": "For administrators: it reads only, and has no microversions.",
            "x-nova-cells-version": __version__,
        },
        "servers": [{"url": "."}],
        "security": [{"token": []}],
        "paths": dict(sorted(paths.items())),
        "components": components.document(),
    }
