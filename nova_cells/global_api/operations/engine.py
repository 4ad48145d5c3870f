# SPDX-License-Identifier: Apache-2.0
"""Global operations in a router: begun by anybody, driven by whichever router finds them due."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection

from nova_cells.contracts import FaultCode, Refused
from nova_cells.global_api.operations import draining, evacuation, ownership
from nova_cells.global_api.operations.desk import Desk
from nova_cells.global_api.operations.kinds import registry
from nova_cells.global_api.operations.work import Chooser, Directory, Surroundings
from nova_cells.global_api.router.endings import STORE
from nova_cells.journal.engine import Journal
from nova_cells.journal.progress import Patience
from nova_cells.journal.record import Record
from nova_cells.journal.recovery import Recovery
from nova_cells.journal.turn import Errand, Notes, Turn
from nova_cells.runtime.clock import Clock, now, seconds
from nova_cells.runtime.context import RequestContext
from nova_cells.runtime.db import Database

AS_LONG_AS_IT_TAKES = seconds(10 * 365 * 24 * 3600)


@dataclass(frozen=True)
class World:
    """`attempts`: so many cells are tried for one move."""

    attempts: int = 3


class Subjects:
    """A global operation writes what it is about itself, under the lock of its row."""

    def load(self, connection: Connection, subject: str) -> str:
        return subject

    def save(self, turn: Turn) -> None: ...

    def save_new(self, turns: list[Turn], *, told: bool) -> None: ...

    def hold(self, turn: Turn) -> None: ...

    def show(self, turn: Turn, task: str | None) -> None: ...

    def free(self, turn: Turn) -> None: ...

    def owe(self, turn: Turn, errand: Errand) -> None: ...

    def settle(self, connection: Connection, notes: Notes, report: Any) -> bool:
        return False

    def sweep(self, turn: Turn) -> None: ...

    def down(self, place: str) -> bool:
        return False


def _no_hosts(errand: Errand) -> None:
    raise Refused(FaultCode.NOT_SUPPORTED, "global operations ask no hosts")


class GlobalOperations:
    """Begins them; what `serve` is given, a router's desk does."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock = now,
        attempts: int = 3,
        timeout: float = 7200.0,
        serve: Callable[[Errand], None] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._timeout = seconds(timeout)
        extra: dict[str, Any] = {} if serve is None else {"serve": serve}
        self.journal = Journal(
            database,
            STORE,
            registry(),
            Subjects(),
            world=World(attempts),
            send=_no_hosts,
            clock=clock,
            patience=Patience(service_attempts=1000),
            **extra,
        )

    def move(
        self,
        uuid: str,
        *,
        to: str | None = None,
        host: str | None = None,
        then: dict[str, Any] | None = None,
        asked: RequestContext | None = None,
    ) -> str:
        """Begin to move a server to another cell, a named one or the best; answers its id.

        `then`: {"kind", "arguments"} of what is to be begun with it there.
        """
        asked = asked or RequestContext(is_admin=True)

        def work(connection: Connection, notes: Notes) -> str:
            source = ownership.movable(connection, uuid)
            arguments = {"source": source, "named": to, "host": host, "then": then}
            told = {name: value for name, value in arguments.items() if value is not None}
            record = self.record("move", "migrate", uuid, source, told, asked)
            self.journal.begin(connection, notes, record, uuid)
            return record.id

        return self.journal.transact(work)

    def evacuate(
        self,
        uuid: str,
        *,
        to: str | None = None,
        host: str | None = None,
        in_any_case: bool = False,
        asked: RequestContext | None = None,
    ) -> str:
        """Begin to make a server of a fenced cell again in another one; answers its id.

        Conflict where its cell is not fenced, or what it is to be made from is not known;
        `in_any_case` it begins, and fails with the reason.
        """
        asked = asked or RequestContext(is_admin=True)

        def work(connection: Connection, notes: Notes) -> str:
            may = ownership.movable if in_any_case else evacuation.possible
            source = may(connection, uuid)
            arguments = {"source": source, "named": to, "host": host}
            told = {name: value for name, value in arguments.items() if value is not None}
            record = self.record("evacuate", "evacuate", uuid, source, told, asked)
            self.journal.begin(connection, notes, record, uuid)
            return record.id

        return self.journal.transact(work)

    def drain(
        self, cell: str, *, evacuates: bool = False, asked: RequestContext | None = None
    ) -> str:
        """Begin to empty a cell, or go on with it; answers the id of the operation.

        `evacuates`: it is fenced, so nothing there takes part.
        """
        asked = asked or RequestContext(is_admin=True)

        def work(connection: Connection, notes: Notes) -> str:
            known = draining.current(connection, cell)
            if known is not None:
                return known.id
            told: dict[str, Any] = {draining.TOTAL: draining.count(connection, cell)}
            if evacuates:
                told[draining.EVACUATES] = True
            patience = AS_LONG_AS_IT_TAKES
            record = self.record("drain", "drain", cell, cell, told, asked, timeout=patience)
            self.journal.begin(connection, notes, record, cell)
            return record.id

        return self.journal.transact(work)

    def readmit(self, cell: str, *, asked: RequestContext | None = None) -> str:
        """Have a cell that is believed again told what has become of its servers."""
        asked = asked or RequestContext(is_admin=True)

        def work(connection: Connection, notes: Notes) -> str:
            patience = AS_LONG_AS_IT_TAKES
            record = self.record("readmit", "readmit", cell, cell, {}, asked, timeout=patience)
            self.journal.begin(connection, notes, record, cell)
            return record.id

        return self.journal.transact(work)

    def record(
        self,
        kind: str,
        action: str,
        subject: str,
        place: str,
        arguments: dict[str, Any],
        asked: RequestContext,
        *,
        timeout: int | None = None,
    ) -> Record:
        """A new operation's row; `place` is the cell it is about."""
        moment = self._clock()
        return Record(
            id=str(uuids.uuid4()),
            kind=kind,
            kind_version=1,
            action=action,
            subject=subject,
            place=place,
            deadline=moment + (timeout or self._timeout),
            started_at=moment,
            updated_at=moment,
            request_id=asked.request_id or "",
            user_id=asked.user_id or "",
            project_id=asked.project_id or "",
            arguments=arguments,
        )


class GlobalWorker:
    """A router's part: the desk, and the loop that finds what is due."""

    def __init__(
        self,
        database: Database,
        cells: Directory,
        chooser: Chooser,
        *,
        interval: float,
        timeout: float,
        parallel: int,
        threads: int = 8,
        clock: Clock = now,
        put: Callable[[Callable[[], None]], Any] | None = None,
    ) -> None:
        self.operations = GlobalOperations(
            database, clock=clock, timeout=timeout, serve=lambda errand: self.desk.serve(errand)
        )
        begun = (self.operations.move, partial(self.operations.evacuate, in_any_case=True))
        around = Surroundings(database, cells, chooser, clock, *begun, parallel)
        report = self.operations.journal.take_report
        self.desk = Desk(around, report=report, threads=threads, put=put)
        # The table has promises to cells as well: the deliveries' business.
        self.recovery = Recovery(
            self.operations.journal,
            interval=interval,
            name="global operations",
            kinds=[operation.kind for operation in registry()],
        )

    def start(self) -> None:
        self.recovery.start()

    def stop(self) -> None:
        self.recovery.stop()
        self.desk.stop()
