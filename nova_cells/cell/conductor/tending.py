# SPDX-License-Identifier: Apache-2.0
"""Looks after the hosts once a second: writes heartbeats down, follows other conductors, judges.

Heartbeats gather in memory and are written together; a lost second of them harms nobody.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from nova_cells.cell.conductor.host_state import HostState
from nova_cells.cell.db import hosts, singletons
from nova_cells.journal.store import JournalStore
from nova_cells.objects import HostBeat
from nova_cells.runtime.clock import seconds
from nova_cells.runtime.db import Database
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)
INTERVAL = 1.0
HEAR_EVERY = seconds(2)
CHECK_EVERY = seconds(60)


class Tending:
    """A service; `changed` is called when the world should hear of a host.

    `connected`: whether the bus works; nobody is judged by a silence that is the bus's.
    """

    def __init__(
        self,
        database: Database,
        store: JournalStore,
        state: HostState,
        *,
        lease: int,
        name: str,
        connected: Callable[[], bool],
        changed: Callable[[], None],
        recover: Callable[[], None],
        clock: Callable[[], int],
    ) -> None:
        self._database = database
        self._store = store
        self._state = state
        self._lease = lease
        self._connected = connected
        self._changed = changed
        self._recover = recover
        self._clock = clock
        self._lock = threading.Lock()
        self._beats: dict[str, int] = {}
        self._in_hand: set[str] = set()
        self._checked_at = 0
        self._heard_at = 0
        self._rounds = Periodic(f"hosts {name}", INTERVAL, self.round)

    def start(self) -> None:
        self._rounds.start()

    def stop(self) -> None:
        self._rounds.stop()

    def beat(self, beat: HostBeat) -> None:
        """Take a sign of life in."""
        now = self._clock()
        self._state.saw(beat.name, now)
        with self._lock:
            self._beats[beat.name] = now
            self._in_hand.update(beat.in_hand)

    def load(self) -> None:
        """Read everything, at the start."""

        def work(connection: Connection) -> tuple[Any, Any, Any]:
            building = self._store.counted_by_place(connection, "build")
            return singletons.bundle(connection), building, self._state.refresh(connection)

        bundle, building, apply = self._database.read(work)
        self._state.zones.take(bundle)
        self._state.building = Counter(building)
        apply()
        self._checked_at = self._clock()

    def round(self) -> None:
        """One second's work."""
        self._write_beats()
        self._catch_up()
        self._hear()
        if self._clock() - self._checked_at >= CHECK_EVERY:
            self._check()
        self._judge()

    def _catch_up(self) -> None:
        """What other conductors did."""
        known = self._state.zones.generation

        def work(connection: Connection) -> tuple[Any, Any]:
            bundle = singletons.bundle(connection, newer_than=known)
            return bundle, self._state.catch_up(connection)

        bundle, apply = self._database.read(work)
        apply()
        if self._state.zones.take(bundle):
            self._state.show_all()

    def _hear(self) -> None:
        """Beats that other conductors took; every round would be too often for large cells."""
        if self._connected() and self._clock() - self._heard_at >= HEAR_EVERY:
            self._state.hear(self._database.read(hosts.beats))
            self._heard_at = self._clock()

    def _check(self) -> None:
        """Notice what leaves no changed row behind: hosts deleted, builds ended elsewhere."""

        def work(connection: Connection) -> tuple[set[str], dict[str, int], Any]:
            names = hosts.names(connection)
            missing = [name for name in names if name not in self._state]
            building = self._store.counted_by_place(connection, "build")
            return names, building, self._state.look_up(connection, missing)

        names, building, apply = self._database.read(work)
        for row in self._state.rows():
            if row.name not in names:
                self._state.forget(row.name)
        self._state.building = Counter(building)
        apply()
        self._checked_at = self._clock()

    def _write_beats(self) -> None:
        with self._lock:
            beats, self._beats = self._beats, {}
            in_hand, self._in_hand = self._in_hand, set()
        if not beats:
            return
        now = self._clock()

        def work(connection: Connection) -> None:
            hosts.beat(connection, beats, now)
            if in_hand:
                self._store.in_hand(connection, in_hand, now, now + self._lease)

        self._database.write(work)

    def _judge(self) -> None:
        """Say up or down where that has changed; what waits for a host that is down is moved on."""
        turned = {
            row.name: self._state.alive(row.name)
            for row in self._state.rows()
            if row.up != self._state.alive(row.name)
        }
        if not turned:
            return
        now = self._clock()

        def work(connection: Connection) -> Callable[[], None]:
            for name in sorted(turned):
                if hosts.turn(connection, name, up=turned[name], now=now) and not turned[name]:
                    self._store.wake_place(connection, name, now)
            return self._state.catch_up(connection)

        self._database.write(work)()
        LOG.info("hosts turned: %s", {n: "up" if up else "down" for n, up in turned.items()})
        self._changed()
        self._recover()
