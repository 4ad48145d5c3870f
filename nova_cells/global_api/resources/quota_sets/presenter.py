# SPDX-License-Identifier: Apache-2.0
"""Quota sets as the newest version shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nova_cells.global_api.resources.quota_sets.schemas import QUOTAS

SHAPE = "quota_set"


def limits(values: Mapping[str, int], request: Any, **more: Any) -> dict[str, Any]:
    """Limits alone; `more` is what else belongs into the document, an id say."""
    document = {**more, **{name: values[name] for name in QUOTAS}}
    return request.plan.step_back(document, values)


def details(
    values: Mapping[str, int], used: Mapping[str, int], request: Any, **more: Any
) -> dict[str, Any]:
    """Each limit with what is used of it. Nothing is ever only reserved."""
    whole = {
        name: {"limit": limit, "in_use": used.get(name, 0), "reserved": 0}
        for name, limit in values.items()
    }
    document = {**more, **{name: whole[name] for name in QUOTAS}}
    return request.plan.step_back(document, whole)
