# SPDX-License-Identifier: Apache-2.0
"""Forgets deleted servers after the retention time, a few at a time; nobody runs commands."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from nova_cells.cell.db import console_tokens, instances, migrations, tombstones
from nova_cells.journal.store import JournalStore
from nova_cells.runtime.clock import seconds
from nova_cells.runtime.db import Database
from nova_cells.runtime.periodic import Periodic

BATCH = 100
INTERVAL = 60.0
_DAY = seconds(86400)


class Retention:
    """A service."""

    def __init__(
        self, database: Database, store: JournalStore, *, days: int, clock: Callable[[], int]
    ) -> None:
        self._database = database
        self._store = store
        self._days = days
        self._clock = clock
        self._rounds = Periodic("retention", INTERVAL, self.round)

    def start(self) -> None:
        self._rounds.start()

    def stop(self) -> None:
        self._rounds.stop()

    def round(self) -> None:
        """One batch; the next comes with the next round."""
        self._forget_tokens(self._clock())
        before = self._clock() - self._days * _DAY
        gone = self._database.read(lambda c: instances.deleted_before(c, before, BATCH))
        if gone:
            self._database.write(lambda c: self._forget(c, gone, before))

    def _forget_tokens(self, now: int) -> None:
        """An idle cell writes nothing."""
        if self._database.read(lambda c: console_tokens.any_is_old(c, now)):
            self._database.write(lambda c: console_tokens.purge(c, now))

    def _forget(self, connection: Connection, uuids: list[str], before: int) -> None:
        migrations.remove(connection, sorted(uuids))
        for uuid in sorted(uuids):
            self._store.forget_subject(connection, uuid)
            instances.remove(connection, uuid)
        tombstones.purge(connection, before)
