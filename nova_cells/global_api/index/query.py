# SPDX-License-Identifier: Apache-2.0
"""A question to the server index, and one row of its answer. Names are ours, never the API's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class IndexRow:
    """One server. `document` is `Instance.document()`; `fresh`: its cell was heard of lately.

    `zone` is that of the host (else the pinned one); `host_status` one of UP, DOWN, MAINTENANCE,
    UNKNOWN, or empty while no host has the server.
    """

    uuid: str
    cell_uuid: str | None
    project_id: str
    epoch: int
    revision: int
    deleted: bool
    fresh: bool
    document: dict[str, Any]
    zone: str | None = None
    host_status: str = ""


@dataclass(frozen=True)
class ServerQuery:
    """All conditions hold together; what is absent does not matter.

    `equal`: column of `server_index` → value, or a tuple of values one of which it must have (None
    is a value); `zone` is a column too. `name` and `ip`, `ip6` are regular expressions. `sort`:
    (column, "asc" or "desc") in order. `deleted` None means both; `soft_deleted`: those
    too that are kept for a while after their delete. Times are instants. `marker` is the uuid of
    the row before the first wanted one.
    """

    project_id: str | None = None
    equal: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None
    ip: str | None = None
    ip6: str | None = None
    tags: tuple[str, ...] = ()
    tags_any: tuple[str, ...] = ()
    not_tags: tuple[str, ...] = ()
    not_tags_any: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    uuids: tuple[str, ...] | None = None
    changed_since: int | None = None
    changed_before: int | None = None
    deleted: bool | None = False
    soft_deleted: bool = True
    sort: tuple[tuple[str, str], ...] = (("created_at", "desc"), ("uuid", "desc"))
    marker: str | None = None
    limit: int | None = None
