# SPDX-License-Identifier: Apache-2.0
"""The operations of /os-keypairs."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.resources.keypairs import answers, keys, policies, presenter, schemas
from nova_cells.global_api.resources.keypairs.service import KeypairService


def keypairs_of(request: Any) -> KeypairService:
    return KeypairService(request.side.database, request.side.limits)


def owner_in_query(request: Any) -> dict[str, Any]:
    """Whose key pairs are meant: the caller's unless another user is named."""
    return _target(request, request.query.get("user_id"))


def owner_in_body(request: Any) -> dict[str, Any]:
    return _target(request, request.document["keypair"].get("user_id"))


@api_view(
    route_name="keypairs",
    policy=policies.INDEX,
    on=owner_in_query,
    query=schemas.LIST_QUERY,
    shape="keypair.index",
    answer=answers.LIST,
)
def index(owner: dict[str, Any], request: Any) -> Any:
    marker, limit = None, None
    if request.gate("2.35-keypair-pages"):
        most = request.side.conf.api.max_limit
        marker, limit = request.query.get("marker"), min(request.query.get("limit", most), most)
    found = keypairs_of(request).page(owner["user_id"], marker, limit)
    answer = {"keypairs": [presenter.listed(keypair, request) for keypair in found]}
    if found and len(found) == limit:
        answer["keypairs_links"] = request.next_link("os-keypairs", found[-1].name)
    return answer


@api_view(
    route_name="keypairs",
    request_method="POST",
    policy=policies.CREATE,
    on=owner_in_body,
    body=schemas.CREATE,
    shape="keypair.create",
    status={1: 200, 2: 201},
    answer=answers.CREATE,
    faults=(409,),
)
def create(owner: dict[str, Any], request: Any) -> Any:
    wish = request.document["keypair"]
    keypair, private_key = keypairs_of(request).create(
        (owner["project_id"], owner["user_id"]),
        wish["name"],
        wish.get("type", keys.SSH),
        wish.get("public_key"),
    )
    return presenter.created(keypair, private_key, request)


@api_view(
    route_name="keypair",
    policy=policies.SHOW,
    on=owner_in_query,
    query=schemas.SHOW_QUERY,
    shape="keypair.show",
    answer=answers.SHOW,
)
def show(owner: dict[str, Any], request: Any) -> Any:
    found = keypairs_of(request).find(owner["user_id"], request.matchdict["name"])
    return presenter.shown(found, request)


@api_view(
    route_name="keypair",
    request_method="DELETE",
    policy=policies.DELETE,
    on=owner_in_query,
    query=schemas.DELETE_QUERY,
    status={1: 202, 2: 204},
)
def delete(owner: dict[str, Any], request: Any) -> None:
    keypairs_of(request).delete(owner["user_id"], request.matchdict["name"])


def _target(request: Any, user_id: str | None) -> dict[str, Any]:
    return {
        "user_id": user_id or request.caller.user_id,
        "project_id": request.caller.project_id,
    }
