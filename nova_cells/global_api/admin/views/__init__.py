# SPDX-License-Identifier: Apache-2.0
"""The operations of /cells/v1, one file each, all of them reads. There are no microversions."""

from typing import Any

ROUTES = {
    "admin.cells": "/v1/cells",
    "admin.cell": "/v1/cells/{cell}",
    "admin.drift": "/v1/cells/{cell}/drift",
    "admin.hosts": "/v1/hosts",
    "admin.host": "/v1/hosts/{host}",
    "admin.capacity": "/v1/capacity",
    "admin.versions": "/v1/versions",
    "admin.operations": "/v1/operations",
    "admin.operation": "/v1/operations/{place}/{key:.+}",
    "admin.drains": "/v1/drains",
    "admin.routing": "/v1/servers/{uuid}/routing",
    "admin.openapi": "/v1/openapi.json",
}


def includeme(config: Any) -> None:
    for name, pattern in ROUTES.items():
        config.add_route(name, pattern)
