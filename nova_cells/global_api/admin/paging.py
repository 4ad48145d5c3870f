# SPDX-License-Identifier: Apache-2.0
"""What all lists here have in common: `limit`, `marker`, and the next marker beside the items."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.answer_fields import TEXT_OR_NULL, listed
from nova_cells.global_api.versioning import Answer, Number, Text, whole

USUAL = 100
PARAMETERS = {"limit": Number(least=1), "marker": Text(longest=255)}


def asked(request: Any) -> tuple[str | None, int]:
    """The marker, and how many at most."""
    limit = min(request.query.get("limit", USUAL), request.side.conf.api.max_limit)
    return request.query.get("marker"), limit


def paged(name: str, item: Any) -> Answer:
    """A list under its name, and the marker of the next page or null."""
    return Answer(whole({name: listed(item), "next": TEXT_OR_NULL}))
