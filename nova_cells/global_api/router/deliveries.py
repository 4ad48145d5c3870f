# SPDX-License-Identifier: Apache-2.0
"""Keeps promises: deletes, cancels and changes that a cell could not be told when accepted.

Each is a row of the global journal under the key the cell knows it by, so telling it twice does it
once. Nothing is tried while the cell is silent; what concerns one server is told in its order.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection, and_, exists, not_, select

from nova_cells.contracts import FaultCode, Outcome, Refused, Unknown
from nova_cells.global_api.cells import CellDirectory
from nova_cells.global_api.db.tables.operations import journal
from nova_cells.global_api.index import write
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.operations import ownership
from nova_cells.global_api.router import endings
from nova_cells.global_api.router.cell_handle import CellHandle, NotAsked
from nova_cells.global_api.router.endings import AMEND, CANCEL, DELETE, STORE
from nova_cells.journal.record import Record
from nova_cells.journal.store import Overtaken
from nova_cells.objects import Instance
from nova_cells.runtime.clock import Clock, now, seconds
from nova_cells.runtime.context import RequestContext, use
from nova_cells.runtime.db import Database
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)

_LEASE = seconds(30)
_AGAIN = seconds(2)
_BATCH = 50
_PROMISES = (CANCEL, DELETE, AMEND)
_GONE = (FaultCode.INSTANCE_NOT_FOUND, FaultCode.TOMBSTONED, FaultCode.STALE_EPOCH)


class Deliveries:
    """A router's loop."""

    def __init__(
        self, database: Database, directory: CellDirectory, *, interval: float, clock: Clock = now
    ) -> None:
        self._database = database
        self._directory = directory
        self._clock = clock
        self._loop = Periodic("deliveries", interval, self.round)

    def start(self) -> None:
        self._loop.start()

    def stop(self) -> None:
        self._loop.stop()

    def round(self) -> None:
        """Tell the cells that answer what they have missed."""
        silent = [cell.uuid for cell in self._directory.all() if not cell.answers]
        due = self._database.read(lambda connection: _due(connection, self._clock(), silent))
        for key in due:
            record = self._take(key)
            if record is not None:
                self._deliver(record)

    def _take(self, key: str) -> Record | None:
        def work(connection: Connection) -> Record | None:
            record = STORE.get(connection, key, lock=True)
            if record is None or not record.open or (record.wake_at or 0) > self._clock():
                return None
            record.wake_at = self._clock() + _LEASE
            STORE.update(connection, record)
            return record

        return self._database.write(work)

    def _deliver(self, record: Record) -> None:
        cell = self._directory.get(record.place)
        context = RequestContext(
            request_id=record.request_id,
            user_id=record.user_id,
            project_id=record.project_id,
            is_admin=True,
        )
        with use(context):
            try:
                instance = self._tell(cell, record) if cell is not None else None
            except (Unknown, NotAsked):
                self._later(record, None)
            except Refused as refusal:
                if refusal.code in _GONE or record.kind == AMEND:
                    self._refused(record, refusal)
                else:
                    self._later(record, refusal)
            else:
                self._done(record, instance)

    def _tell(self, cell: CellHandle, record: Record) -> Instance | None:
        if record.kind == CANCEL:
            reply = cell.call("cancel", uuid=record.subject, epoch=record.epoch, key=record.id)
            return reply.instance  # type: ignore[no-any-return]
        if record.kind == AMEND:
            return cell.call(  # type: ignore[no-any-return]
                "amend",
                uuid=record.subject,
                epoch=record.epoch,
                key=record.id,
                changes=record.arguments,
            )
        return cell.call(  # type: ignore[no-any-return]
            "act",
            uuid=record.subject,
            epoch=record.epoch,
            kind="delete",
            key=record.id,
            arguments=record.arguments,
        )

    def _refused(self, record: Record, refusal: Refused) -> None:
        """The cell will never do it: what was shown of it in advance is taken back."""
        if record.kind == AMEND and refusal.code not in _GONE:
            LOG.warning("Queued change of %s was refused: %s", record.subject, refusal)
            cell = self._directory.get(record.place)
            try:
                instance = cell.call("show", uuid=record.subject) if cell is not None else None
            except Outcome:
                self._later(record, None)
                return
            if instance is not None:
                head = Head(instance.document(), record.place, Instance.VERSION)
                self._database.write(lambda connection: write.overwrite(connection, head))
        self._done(record, None)

    def _later(self, record: Record, refusal: Refused | None) -> None:
        if refusal is not None:
            LOG.warning("Cell refused queued %s of %s: %s", record.kind, record.subject, refusal)
        self._save(record, wake_at=self._clock() + _AGAIN)

    def _done(self, record: Record, instance: Instance | None) -> None:
        moment = self._clock()

        def work(connection: Connection) -> None:
            owner = ownership.owner(connection, record.subject) if instance is None else None
            if record.kind != CANCEL and owner and owner[0] not in (None, record.place):
                place, epoch = owner
                _address_anew(connection, record, str(place), epoch, moment)
                return
            closed = replace(
                record,
                open=False,
                result="done",
                wake_at=None,
                finished_at=moment,
                updated_at=moment,
            )
            STORE.update(connection, closed)
            if record.kind == CANCEL or (record.kind == AMEND and instance is None):
                return
            if instance is None:
                endings.entomb(connection, record.subject, moment)
            else:
                head = Head(instance.document(), record.place, Instance.VERSION)
                write.apply(connection, [head])

        self._guarded(work, record)

    def _save(self, record: Record, *, wake_at: int) -> None:
        def work(connection: Connection) -> None:
            STORE.update(connection, replace(record, wake_at=wake_at, tries=record.tries + 1))

        self._guarded(work, record)

    def _guarded(self, work: Callable[[Connection], None], record: Record) -> None:
        try:
            self._database.write(work)
        except Overtaken:
            LOG.info("Another router keeps promise %s", record.id)


def _address_anew(
    connection: Connection, record: Record, place: str, epoch: int, moment: int
) -> None:
    """It has moved to another cell: that one is to be told."""
    STORE.update(connection, replace(record, wake_at=moment))
    ownership.address_anew(connection, record.subject, place, epoch)


def _due(connection: Connection, moment: int, silent: list[str]) -> list[str]:
    table, earlier = journal.operations.c, journal.operations.alias("earlier")
    before = exists().where(
        earlier.c.subject == table.subject,
        earlier.c.open,
        earlier.c.place == table.place,
        earlier.c.started_at < table.started_at,
    )
    query = (
        select(table.id)
        .where(table.wake_at <= moment, table.open, table.kind.in_(_PROMISES))
        .where(table.place.not_in(silent))
        .where(not_(and_(table.kind == AMEND, before)))
        .order_by(table.wake_at)
        .limit(_BATCH)
    )
    return list(connection.scalars(query))
