# SPDX-License-Identifier: Apache-2.0
"""The power states a cell has been told of, so that only what changed by itself is told again."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Set


class PowerBook:
    """A step's own result counts as told: it travels with the report."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, dict[str, int]] = {}
        self._stamps: dict[tuple[str, str], int] = {}
        self._moment = 0

    def moment(self) -> int:
        """A point in the order of notes; take it before looking at the guests."""
        with self._lock:
            return self._moment

    def note(self, host: str, uuid: str, state: int) -> None:
        """A step has just left this guest in `state`."""
        with self._lock:
            self._moment += 1
            self._known.setdefault(host, {})[uuid] = state
            self._stamps[(host, uuid)] = self._moment

    def changes(
        self, host: str, states: dict[str, int], since: int, busy: Set[str] = frozenset()
    ) -> dict[str, int]:
        """What in `states`, looked at after `since`, the cell does not know; forgets the rest.

        Of the `busy` nothing is said and nothing forgotten: their work may just have noted them.
        """
        with self._lock:
            known = self._known.setdefault(host, {})
            for uuid in known.keys() - states.keys() - busy:
                if self._stamps.get((host, uuid), 0) <= since:
                    del known[uuid]
                    self._stamps.pop((host, uuid), None)
            return {
                uuid: state
                for uuid, state in states.items()
                if uuid not in busy
                and known.get(uuid) != state
                and self._stamps.get((host, uuid), 0) <= since
            }

    def differs(self, host: str, uuid: str, state: int, since: int) -> bool:
        """Whether the cell does not know this state, looked at after `since`."""
        with self._lock:
            known = self._known.get(host, {}).get(uuid)
            return known != state and self._stamps.get((host, uuid), 0) <= since

    def forget(self, hosts: Iterable[str]) -> None:
        """Others may have told the cell of these meanwhile."""
        with self._lock:
            for host in hosts:
                for uuid in self._known.pop(host, {}):
                    self._stamps.pop((host, uuid), None)

    def told(self, host: str, states: dict[str, int]) -> None:
        """The cell has taken these."""
        with self._lock:
            self._known.setdefault(host, {}).update(states)
