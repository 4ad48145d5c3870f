# SPDX-License-Identifier: Apache-2.0
"""Aggregates as the newest version shows them."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.aggregates import Aggregate
from nova_cells.global_api.times import precise

SHAPE = "aggregate.show"


def summary(aggregate: Aggregate, request: Any) -> dict[str, Any]:
    """What the answer to a POST shows: neither hosts nor metadata."""
    return request.plan.step_back(_head(aggregate))


def show(aggregate: Aggregate, request: Any) -> dict[str, Any]:
    document = _head(aggregate)
    document["hosts"] = list(aggregate.hosts)
    document["metadata"] = aggregate.metadata
    return request.plan.step_back(document)


def _head(aggregate: Aggregate) -> dict[str, Any]:
    """A deleted aggregate is gone, so nobody is ever shown one."""
    return {
        "id": aggregate.id,
        "uuid": aggregate.uuid,
        "name": aggregate.name,
        "availability_zone": aggregate.availability_zone,
        "created_at": precise(aggregate.created_at),
        "updated_at": precise(aggregate.updated_at),
        "deleted": False,
        "deleted_at": None,
    }
