# SPDX-License-Identifier: Apache-2.0
"""Flavors as the newest version shows them; the request's plan takes them back in time."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.resources.flavor_extra_specs import policies as extra_specs
from nova_cells.global_api.resources.flavors.store import FlavorRow

SHAPE = "flavor.show"
INDEX = "flavor.index"


def summary(row: FlavorRow, request: Any) -> dict[str, Any]:
    document = {
        "id": row.flavorid,
        "name": row.name,
        "links": request.links(f"flavors/{row.flavorid}"),
        "description": row.description,
    }
    return request.plan.step_back(document)


def details(rows: list[FlavorRow], request: Any) -> list[dict[str, Any]]:
    """Whole flavors; their extra specs only for callers who may see them."""
    plan = request.plan_of(SHAPE)
    with_specs = plan.shows("extra_specs") and request.may(extra_specs.INDEX)
    return [_detail(row, request, plan, with_specs) for row in rows]


def detail(row: FlavorRow, request: Any) -> dict[str, Any]:
    return details([row], request)[0]


def _detail(row: FlavorRow, request: Any, plan: Any, with_specs: bool) -> dict[str, Any]:
    document = {
        "id": row.flavorid,
        "name": row.name,
        "ram": row.memory_mb,
        "disk": row.root_gb,
        "swap": row.swap_mb,
        "OS-FLV-EXT-DATA:ephemeral": row.ephemeral_gb,
        "vcpus": row.vcpus,
        "os-flavor-access:is_public": row.is_public,
        "description": row.description,
        "links": request.links(f"flavors/{row.flavorid}"),
    }
    if with_specs:
        document["extra_specs"] = row.extra_specs
    facts = {"rxtx_factor": row.rxtx_factor, "OS-FLV-DISABLED:disabled": row.disabled}
    return plan.step_back(document, facts)
