# SPDX-License-Identifier: Apache-2.0
"""Build requests in the database. Everything takes the connection of the caller's transaction.

Ownership moves here and nowhere else: the request's row is locked, its generation compared, then
request and mapping change together, so no two processes can hand one server to two cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from nova_cells.global_api.db.tables.build_requests import build_requests
from nova_cells.global_api.db.tables.mappings import instance_mappings
from nova_cells.objects import RequestSpec
from nova_cells.runtime.db import for_update

CHOOSING = "choosing"
ASKED = "asked"
ACCEPTED = "accepted"

_b = build_requests.c

_FIXED = {"uuid", "spec", "deadline", "created_at"}
_CHANGING = tuple(column.name for column in _b if column.name not in _FIXED)
_GET = for_update(select(build_requests).where(_b.uuid == bindparam("wanted")))
_SET = (
    update(build_requests)
    .where(_b.uuid == bindparam("wanted"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGING})
)
_DROP = delete(build_requests).where(_b.uuid.in_(bindparam("wanted", expanding=True)))
_DONE = _DROP.where(_b.cancelled.is_(False))
_ACCEPTED = (
    update(build_requests)
    .where(
        _b.uuid.in_(bindparam("wanted", expanding=True)),
        _b.cell_uuid == bindparam("by"),
        _b.phase == ASKED,
        _b.cancelled.is_(False),
    )
    .values(phase=ACCEPTED, lease_owner=None, lease_until=bindparam("look_again"))
)
_OWN = (
    update(instance_mappings)
    .where(instance_mappings.c.uuid == bindparam("wanted"))
    .values(cell_uuid=bindparam("new_cell_uuid"), epoch=bindparam("new_epoch"))
)


@dataclass(frozen=True)
class BuildRequest:
    """One row. `attempts`: list of {"cell", "epoch", "code", "message", "trail", "tries"}."""

    uuid: str
    spec: dict[str, Any]
    phase: str
    cell_uuid: str | None
    epoch: int
    attempts: list[dict[str, Any]]
    cancelled: bool
    lease_owner: str | None
    lease_until: int
    generation: int
    deadline: int
    created_at: int

    def request_spec(self) -> RequestSpec:
        """The wish, under the epoch that is in force."""
        spec: RequestSpec = RequestSpec.from_document(self.spec["document"])
        spec.epoch = self.epoch
        return spec

    @property
    def tried(self) -> set[str]:
        """Cells that have said no, or gave it back."""
        return {attempt["cell"] for attempt in self.attempts}


def envelope(spec: RequestSpec) -> dict[str, Any]:
    """A spec as it is stored: its version beside its fields."""
    return {"version": RequestSpec.VERSION, "document": spec.document()}


def lock(connection: Connection, uuid: str) -> BuildRequest | None:
    """The request, its row locked until the transaction ends."""
    row = connection.execute(_GET, {"wanted": uuid}).first()
    return None if row is None else BuildRequest(**row._mapping)


def spec_of(connection: Connection, uuid: str) -> RequestSpec | None:
    """What is wished, without a lock."""
    found = connection.execute(select(_b.spec).where(_b.uuid == uuid)).scalar()
    return None if found is None else RequestSpec.from_document(found["document"])


def save(connection: Connection, request: BuildRequest, **changes: Any) -> BuildRequest:
    """Write a locked request back under a new generation."""
    changed = replace(request, generation=request.generation + 1, **changes)
    values = {f"new_{name}": getattr(changed, name) for name in _CHANGING}
    connection.execute(_SET, {"wanted": changed.uuid, **values})
    return changed


def own(connection: Connection, uuid: str, cell_uuid: str | None, epoch: int) -> None:
    """Say in the mapping who has the server now."""
    connection.execute(_OWN, {"wanted": uuid, "new_cell_uuid": cell_uuid, "new_epoch": epoch})


def drop(connection: Connection, uuids: Sequence[str]) -> None:
    """Forget requests, whatever they wait for."""
    connection.execute(_DROP, {"wanted": list(uuids)})


def done(connection: Connection, uuids: Sequence[str]) -> None:
    """Forget requests whose servers run or failed. One that was cancelled is not done by that."""
    connection.execute(_DONE, {"wanted": list(uuids)})


def accepted(connection: Connection, uuids: Iterable[str], cell_uuid: str, look_again: int) -> None:
    """The cell took charge: nobody works on these now, but somebody looks after `look_again`."""
    values = {"wanted": list(uuids), "by": cell_uuid, "look_again": look_again}
    connection.execute(_ACCEPTED, values)


def due(connection: Connection, now: int, silent: Sequence[str], limit: int) -> list[str]:
    """Requests whose lease is over. Those in `silent` cells wait until one answers, or too long."""
    worth = or_(_b.cell_uuid.is_(None), _b.cell_uuid.not_in(silent), _b.deadline <= now)
    query = select(_b.uuid).where(_b.lease_until <= now, worth).order_by(_b.lease_until)
    return list(connection.scalars(query.limit(limit)))


def owners(connection: Connection) -> list[str]:
    """Processes that hold a lease."""
    query = select(_b.lease_owner).where(_b.lease_owner.is_not(None)).distinct()
    return list(connection.scalars(query))


def release(connection: Connection, dead: Sequence[str], moment: int) -> None:
    """End all leases of processes."""
    ended = update(build_requests).where(_b.lease_owner.in_(dead))
    connection.execute(ended.values(lease_owner=None, lease_until=moment))
