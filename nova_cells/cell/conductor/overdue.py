# SPDX-License-Identifier: Apache-2.0
"""Does to a server, some time after one operation, what follows if nobody wished otherwise.

Each case is a `Sequel`, declared below: nothing else distinguishes them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, exists, select

from nova_cells.cell.conductor.actions import Actions
from nova_cells.cell.conductor.transitions import RESIZED, SHELVED, SOFT_DELETED
from nova_cells.cell.db.tables import instances, journal
from nova_cells.contracts import Refused
from nova_cells.runtime.clock import seconds
from nova_cells.runtime.context import RequestContext, use
from nova_cells.runtime.db import Database
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)
BATCH = 100
LONGEST_WAIT = 60.0


@dataclass(frozen=True)
class Sequel:
    """A server in `vm_state`, left there by an operation of `after`, has `kind` done to it."""

    name: str
    vm_state: str
    after: tuple[str, ...]
    kind: str
    arguments: Mapping[str, str] = field(default_factory=dict)


RECLAIM = Sequel("reclaim", SOFT_DELETED, ("soft_delete",), "delete", {"type": "RECLAIM"})
"""What was deleted softly and nobody wanted back."""

OFFLOAD = Sequel("offload", SHELVED, ("shelve",), "shelve_offload")
"""What was shelved and is not wanted soon: its host can be of use to others."""

_MOVES = ("resize", "migrate", "confirm_resize", "revert_resize")
CONFIRM = Sequel("confirm", RESIZED, _MOVES, "confirm_resize")
"""What was resized or migrated and its owner has tried out long enough."""


class Overdue:
    """A service. `interval` in seconds; 0 or less: there is nothing to do."""

    def __init__(
        self,
        database: Database,
        actions: Actions,
        sequel: Sequel,
        *,
        interval: float,
        clock: Callable[[], int],
    ) -> None:
        self._database = database
        self._actions = actions
        self._sequel = sequel
        self._interval = interval
        self._clock = clock
        pause = min(LONGEST_WAIT, max(interval / 4, 0.1)) if interval > 0 else LONGEST_WAIT
        self._rounds = Periodic(sequel.name, pause, self.round)

    def start(self) -> None:
        self._rounds.start()

    def stop(self) -> None:
        self._rounds.stop()

    def round(self) -> None:
        """One batch. Every conductor may do it: the key is the same, so it is done once."""
        if self._interval <= 0:
            return
        before, sequel = self._clock() - seconds(self._interval), self._sequel
        for uuid, epoch, revision in self._database.read(lambda c: _left(c, sequel, before)):
            key = f"{sequel.name}/{uuid}/{revision}"
            arguments = dict(sequel.arguments)
            try:
                with use(RequestContext(is_admin=True)):
                    self._actions.act(uuid, epoch, sequel.kind, key, arguments, forced=True)
            except Refused as refusal:
                LOG.info("no %s of %s: %s", sequel.kind, uuid, refusal)


def _left(connection: Connection, sequel: Sequel, before: int) -> list[tuple[str, int, int]]:
    """Servers at rest whose last operation of those kinds is over since then."""
    done = journal.operations.c
    later = exists().where(
        done.subject == instances.c.uuid,
        done.kind.in_(sequel.after),
        done.finished_at > before,
    )
    wanted = (
        select(instances.c.uuid, instances.c.epoch, instances.c.revision)
        .where(
            instances.c.vm_state == sequel.vm_state,
            instances.c.deleted_at.is_(None),
            instances.c.operation.is_(None),
            ~later,
        )
        .limit(BATCH)
    )
    return [(row.uuid, row.epoch, row.revision) for row in connection.execute(wanted)]
