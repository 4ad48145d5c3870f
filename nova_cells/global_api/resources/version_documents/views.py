# SPDX-License-Identifier: Apache-2.0
"""The version documents. Their form is older than microversions and has never changed."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import NotFound
from nova_cells.global_api.policies import PUBLIC
from nova_cells.global_api.resources.version_documents import answers
from nova_cells.global_api.versioning import NEWEST, OLDEST

DOCUMENTATION = "https://docs.openstack.org/api-ref/compute/"

VERSIONS: dict[str, dict[str, str]] = {
    "v2.0": {
        "id": "v2.0",
        "status": "SUPPORTED",
        "version": "",
        "min_version": "",
        "updated": "2011-01-21T11:33:21Z",
    },
    "v2.1": {
        "id": "v2.1",
        "status": "CURRENT",
        "version": f"2.{NEWEST}",
        "min_version": f"2.{OLDEST}",
        "updated": "2013-07-23T11:33:21Z",
    },
}
PATHS = {"v2.0": "/v2/", "v2.1": "/v2.1/"}


@api_view(route_name="versions", policy=PUBLIC, answer=answers.LIST, faults=(404,))
def index(_root: Any, request: Any) -> Any:
    return {
        "versions": [
            {**version, "links": [_self_link(request, name)]} for name, version in VERSIONS.items()
        ]
    }


@api_view(route_name="version_entered", policy=PUBLIC, answer=answers.SHOW)
@api_view(route_name="version_by_id", policy=PUBLIC, answer=answers.SHOW)
@api_view(route_name="version_by_id_unversioned", policy=PUBLIC, answer=answers.SHOW)
def show(_root: Any, request: Any) -> Any:
    name = request.matchdict["id"]
    name = "v2.0" if name == "v2" else name
    if name not in VERSIONS:
        raise NotFound("The resource could not be found.")
    number = name.removeprefix("v")
    described = {"rel": "describedby", "type": "text/html", "href": DOCUMENTATION}
    kind = f"application/vnd.openstack.compute+json;version={number}"
    return {
        "version": {
            **VERSIONS[name],
            "links": [_self_link(request, name), described],
            "media-types": [{"base": "application/json", "type": kind}],
        }
    }


def _self_link(request: Any, name: str) -> dict[str, str]:
    return {"rel": "self", "href": request.base_url + PATHS[name]}
