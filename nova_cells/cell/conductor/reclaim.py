# SPDX-License-Identifier: Apache-2.0
"""Deletes for good what was deleted softly and nobody wanted back in time."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy import Connection, exists, select

from nova_cells.cell.conductor.actions import Actions
from nova_cells.cell.conductor.transitions import SOFT_DELETED
from nova_cells.cell.db.tables import instances, journal
from nova_cells.contracts import Refused
from nova_cells.runtime.clock import seconds
from nova_cells.runtime.context import RequestContext, use
from nova_cells.runtime.db import Database
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)
BATCH = 100
LONGEST_WAIT = 60.0


class Reclaim:
    """A service. `interval` in seconds; 0: there is nothing to reclaim."""

    def __init__(
        self, database: Database, actions: Actions, *, interval: float, clock: Callable[[], int]
    ) -> None:
        self._database = database
        self._actions = actions
        self._interval = interval
        self._clock = clock
        pause = min(LONGEST_WAIT, max(interval / 4, 0.1)) if interval else LONGEST_WAIT
        self._rounds = Periodic("reclaim", pause, self.round)

    def start(self) -> None:
        self._rounds.start()

    def stop(self) -> None:
        self._rounds.stop()

    def round(self) -> None:
        """One batch. Every conductor may do it: the key is the same, so it is done once."""
        if not self._interval:
            return
        before = self._clock() - seconds(self._interval)
        for uuid, epoch, revision in self._database.read(lambda c: _kept_since(c, before)):
            key = f"reclaim/{uuid}/{revision}"
            try:
                with use(RequestContext(is_admin=True)):
                    self._actions.act(uuid, epoch, "delete", key, {"type": "RECLAIM"}, forced=True)
            except Refused as refusal:
                LOG.info("%s is not reclaimed: %s", uuid, refusal)


def _kept_since(connection: Connection, before: int) -> list[tuple[str, int, int]]:
    """Servers at rest whose last soft delete is over since then."""
    done = journal.operations.c
    later = exists().where(
        done.subject == instances.c.uuid,
        done.kind == "soft_delete",
        done.finished_at > before,
    )
    wanted = (
        select(instances.c.uuid, instances.c.epoch, instances.c.revision)
        .where(
            instances.c.vm_state == SOFT_DELETED,
            instances.c.deleted_at.is_(None),
            instances.c.operation.is_(None),
            ~later,
        )
        .limit(BATCH)
    )
    return [(row.uuid, row.epoch, row.revision) for row in connection.execute(wanted)]
