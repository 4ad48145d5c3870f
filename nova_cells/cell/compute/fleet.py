# SPDX-License-Identifier: Apache-2.0
"""Shares the hosts of a group among its agents: each serves those it draws the highest number for.

Who is in the group is known to the cell alone. While that is away everybody keeps what he has; a
host that changes hands is worked on by its new agent, and what the old one has in hand it ends.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from nova_cells.cell.compute.drivers.interface import Driver, DriverFault, HostSource
from nova_cells.cell.compute.hosts import Hosts
from nova_cells.contracts import Outcome
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)
JOIN_EVERY = 5.0
"""Seconds between two signs of membership; a cell forgets members after some of them."""


def owner(host: str, members: Collection[str]) -> str:
    """The member that serves a host: who leaves or comes moves only its own share."""
    return max(members, key=lambda member: (_draw(member, host), member))


def _draw(member: str, host: str) -> bytes:
    return hashlib.blake2b(f"{member}\0{host}".encode(), digest_size=8).digest()


class Fleet:
    """`taken` and `let_go` hear which hosts came to this agent and which left it; `seen` that all
    were looked at. `busy` answers which machines of a host have work in hand here."""

    def __init__(
        self,
        source: HostSource,
        hosts: Hosts,
        conductor: Any,
        *,
        address: str,
        busy: Callable[[str], Collection[str]],
        taken: Callable[[list[str]], None],
        let_go: Callable[[list[str]], None],
        seen: Callable[[], None],
    ) -> None:
        self._source = source
        self._hosts = hosts
        self._conductor = conductor
        self._address = address
        self._busy = busy
        self._taken = taken
        self._let_go = let_go
        self._seen = seen
        self._members: frozenset[str] = frozenset()
        self._found: Mapping[str, Driver] = {}
        self._mine: set[str] = set()
        self._looked_at = float("-inf")
        every = min(JOIN_EVERY, source.interval)
        self._rounds = Periodic(f"fleet {address}", every, self.round)

    def start(self) -> None:
        self._rounds.start()

    def stop(self) -> None:
        """Leave the group: the others take over at once."""
        self._rounds.stop()
        try:
            self._conductor.join_group(
                group=self._source.group, address=self._address, leaving=True
            )
        except Outcome as outcome:
            LOG.info("group %s was not left: %s", self._source.group, outcome)
        finally:
            self._source.close()

    def round(self) -> None:
        """Say that we are there; look at the hosts when it is time; share them anew."""
        if not self._join():
            return
        looked = self._look()
        self._share()
        if looked:
            self._seen()

    def _join(self) -> bool:
        """Whether to share now. A newcomer waits until those who have the hosts know of it."""
        try:
            members = self._conductor.join_group(
                group=self._source.group, address=self._address, leaving=False
            )
        except Outcome as outcome:
            LOG.warning("group %s not joined: %s", self._source.group, outcome)
            return bool(self._members)
        new = not self._members and len(members) > 1
        if set(members) != self._members:
            LOG.info("group %s: %s", self._source.group, ", ".join(sorted(members)))
            self._looked_at = float("-inf")
        self._members = frozenset(members)
        return not new

    def _look(self) -> bool:
        if time.monotonic() - self._looked_at < self._source.interval * 0.9:
            return False
        try:
            self._found = self._source.look()
        except DriverFault as fault:
            LOG.warning("the hosts were not looked at: %s (%s)", fault.message, fault.details)
            return False
        self._looked_at = time.monotonic()
        return True

    def _share(self) -> None:
        mine = {name for name in self._found if owner(name, self._members) == self._address}
        ending = {name for name in self._hosts if name not in mine and self._busy(name)}
        gone, fresh = sorted(self._mine - mine), sorted(mine - self._mine)
        if gone:
            self._let_go(gone)
        known = {**self._hosts, **self._found}
        self._hosts.become({name: known[name] for name in sorted(mine | ending)})
        self._mine = mine
        if fresh:
            LOG.info("%d hosts taken, %d let go, %d in all", len(fresh), len(gone), len(mine))
            self._taken(fresh)
