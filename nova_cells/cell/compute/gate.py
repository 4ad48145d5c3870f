# SPDX-License-Identifier: Apache-2.0
"""Keeps work waiting while its host is not sure which of its guests are still its own.

Work that was sent before the host was thought dead must not start a guest that lives elsewhere now.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from nova_cells.objects import HostWork
from nova_cells.runtime import context

Waiting = tuple[HostWork, context.RequestContext | None]


class Gate:
    """`submit` hands work on once its host is sure; `sure` tells at every moment whether it is."""

    def __init__(self, hand_on: Callable[[HostWork], None], sure: Callable[[str], bool]) -> None:
        self._hand_on = hand_on
        self._sure = sure
        self._lock = threading.Lock()
        self._waiting: dict[str, dict[tuple[str, int, str], Waiting]] = {}

    def submit(self, work: HostWork) -> None:
        """Take work in; what was asked for twice waits once."""
        key = (work.operation, work.attempt, repr(work.steps))
        with self._lock:
            if not self._sure(work.host):
                self._waiting.setdefault(work.host, {})[key] = (work, context.current())
                return
        self._hand_on(work)

    def pass_on(self, host: str) -> None:
        """The host is sure now: let in what waits, in its order."""
        with self._lock:
            waiting = self._waiting.pop(host, {})
        for work, asked in waiting.values():
            with context.use(asked):
                self._hand_on(work)
