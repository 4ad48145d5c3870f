# SPDX-License-Identifier: Apache-2.0
"""Publishes what changed, until the other side says that it is durable there.

Every conductor of a cell does this: the same news told twice is told once. One that has just
committed something tells it at once; what others left lying is taken up a little later.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from nova_cells.cell.conductor.host_records import feed_item
from nova_cells.cell.conductor.host_state import HostState
from nova_cells.cell.db import hosts, outbox
from nova_cells.contracts import Changes, Outcome
from nova_cells.objects import FeedItem
from nova_cells.runtime.clock import seconds
from nova_cells.runtime.db import Database
from nova_cells.runtime.messaging import Bus
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)
BATCH = 200
POLL = 1.0
OTHERS_FIRST = 500_000
_LONGEST_PAUSE = 15.0


class Publisher:
    """A service; `kick` after every commit that has news."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        state: HostState,
        *,
        cell_uuid: str,
        deployment: str,
        name: str,
        clock: Callable[[], int],
    ) -> None:
        self._database = database
        self._client: Any = bus.client(Changes)
        self._state = state
        self._cell = cell_uuid
        self._deployment = deployment
        self._clock = clock
        self._rounds = Periodic(f"outbox {name}", POLL, self.publish)
        self._kicked = False
        self._pause = 0.0
        self._not_before = 0
        self._hosts_at = 0

    def start(self) -> None:
        self._rounds.start()

    def stop(self) -> None:
        self._rounds.stop()

    def kick(self) -> None:
        """There is news of this process's own."""
        self._kicked = True
        self._rounds.kick()

    def publish(self) -> None:
        """Tell what is due; go on while there is more than one batch."""
        kicked, self._kicked = self._kicked, False
        if self._clock() < self._not_before:
            return
        while True:
            items = self._due(kicked)
            if not items or not self._tell(items) or len(items) < BATCH:
                return

    def _due(self, kicked: bool) -> list[FeedItem]:
        now = self._clock()
        due = now if kicked else now - OTHERS_FIRST

        def work(connection: Connection) -> list[FeedItem]:
            items = outbox.due(connection, due, BATCH)
            # Hosts change with every claim: their news travels along, at most once a second.
            if now - self._hosts_at >= seconds(POLL):
                reach = now + seconds(POLL) if items else now
                found = hosts.unpublished(connection, reach, BATCH - len(items))
                items += [feed_item(row, self._state) for row in found]
            return items

        return self._database.read(work)

    def _tell(self, items: list[FeedItem]) -> bool:
        try:
            acknowledged = set(
                self._client.changes(cell=self._cell, items=items, deployment=self._deployment)
            )
        except Outcome as outcome:
            self._wait(str(outcome))
            return False
        self._pause = 0.0
        if any(item.kind == "host" for item in items):
            self._hosts_at = self._clock()
        taken = [item for item in items if item.key in acknowledged]
        if taken:
            self._database.write(lambda connection: _forget(connection, taken))
        if len(taken) < len(items):
            self._wait(f"{len(items) - len(taken)} of {len(items)} not acknowledged")
            return False
        return True

    def _wait(self, reason: str) -> None:
        self._pause = min(max(self._pause * 2, POLL), _LONGEST_PAUSE)
        self._not_before = self._clock() + seconds(self._pause)
        LOG.info("nobody took the news (%s); again in %s s", reason, self._pause)


def _forget(connection: Connection, taken: list[FeedItem]) -> None:
    outbox.acknowledged(connection, taken)
    hosts.published(connection, {item.key: item.revision for item in taken if item.kind == "host"})
