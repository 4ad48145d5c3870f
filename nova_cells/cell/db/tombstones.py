# SPDX-License-Identifier: Apache-2.0
"""Tombstones: (uuid, epoch) of what must not be built here, however late the wish arrives."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, select, update

from nova_cells.cell.db.tables import tombstones
from nova_cells.runtime.db import insert_ignore

_GET = select(tombstones.c.epoch).where(tombstones.c.uuid == bindparam("wanted"))


def epoch_of(connection: Connection, uuid: str) -> int | None:
    """The newest epoch refused, if any."""
    epoch: int | None = connection.execute(_GET, {"wanted": uuid}).scalar()
    return epoch


def epochs_of(connection: Connection, uuids: list[str]) -> dict[str, int]:
    """The newest epochs refused of these."""
    found = select(tombstones.c.uuid, tombstones.c.epoch).where(tombstones.c.uuid.in_(uuids))
    return {row.uuid: row.epoch for row in connection.execute(found)}


def put(connection: Connection, uuid: str, epoch: int, now: int) -> None:
    """Refuse builds of `uuid` up to `epoch`."""
    row = {"uuid": uuid, "epoch": epoch, "created_at": now}
    insert_ignore(connection, tombstones, row, ["uuid"])
    connection.execute(
        update(tombstones)
        .where(tombstones.c.uuid == uuid, tombstones.c.epoch < epoch)
        .values(epoch=epoch, created_at=now)
    )


def purge(connection: Connection, before: int) -> None:
    """Forget those nobody can send a build for any more."""
    connection.execute(delete(tombstones).where(tombstones.c.created_at < before))
