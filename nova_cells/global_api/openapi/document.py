# SPDX-License-Identifier: Apache-2.0
"""The whole document of one version, from the endpoints that are open in it."""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Any

import orjson

from nova_cells import __version__
from nova_cells.global_api.openapi.catalogue import Endpoint, all_endpoints
from nova_cells.global_api.openapi.components import Components
from nova_cells.global_api.openapi.operations import action_operation, operation
from nova_cells.global_api.versioning import NEWEST, OLDEST

Document = dict[str, Any]

_SUMMARY = """\
The OpenStack Compute API in microversion 2.{minor} as nova_cells serves it. Every operation is also
reachable below `/v2.1/<project id>`. `x-policy` names the rules that are asked, `x-window` the
microversions in which the operation exists. Of requests and answers each field is named; what is
not named is refused in requests, but for queries before 2.102 (`x-strict-query`).
"""


def document(minor: int, endpoints: list[Endpoint] | None = None) -> Document:
    """OpenAPI 3.1 for 2.`minor`."""
    components = Components(minor)
    paths: dict[str, Document] = {}
    actions: dict[str, list[Endpoint]] = {}
    for endpoint in endpoints if endpoints is not None else all_endpoints():
        if minor not in endpoint.span or endpoint.retired:
            continue
        item = paths.setdefault(endpoint.path, {})
        if endpoint.root:
            item["servers"] = [{"url": "."}]
        if endpoint.action is None:
            item[endpoint.method.lower()] = operation(endpoint, components)
        else:
            actions.setdefault(endpoint.path, []).append(endpoint)
    for path, found in actions.items():
        paths[path]["post"] = action_operation(found, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "OpenStack Compute API",
            "version": f"2.{minor}",
            "description": _SUMMARY.format(minor=minor),
            "x-nova-cells-version": __version__,
            "x-microversions": {"oldest": f"2.{OLDEST}", "newest": f"2.{NEWEST}"},
        },
        "servers": [{"url": "./v2.1"}],
        "security": [{"token": []}],
        "paths": dict(sorted(paths.items())),
        "components": components.document(),
    }


@lru_cache(maxsize=NEWEST)
def packed(minor: int) -> bytes:
    """The same as deflated JSON: all versions together are a few megabytes."""
    return zlib.compress(orjson.dumps(document(minor), option=orjson.OPT_SORT_KEYS))


def text(minor: int) -> bytes:
    """The same as JSON."""
    return zlib.decompress(packed(minor))
