# SPDX-License-Identifier: Apache-2.0
"""The nodes as they were seen last, and waiting for one to change: for all drivers of an agent.

Few that wait look each at its own node; many share one list, so that a thousand deployments cost no
more requests than ten.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from nova_cells.cell.compute.drivers.interface import DriverFailed, Progress
from nova_cells.cell.compute.drivers.ironic.faults import readable
from nova_cells.clients.baremetal import BareMetal, Node, NodeLocked

FEW = 8
Done = Callable[[Node], bool]


class Sight:
    """`options` are those of [ironic]."""

    def __init__(
        self, service: BareMetal, options: Any, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.service = service
        self._options = options
        self._clock = clock
        self._lock = threading.Lock()
        self._listing = threading.Lock()
        self._nodes: dict[str, tuple[Node, float]] = {}
        self._listed_at = float("-inf")
        self._waiting = 0
        self._closed = threading.Event()

    def close(self) -> None:
        """Nobody waits any longer."""
        self._closed.set()
        self.service.close()

    def look(self) -> dict[str, Node]:
        """List all nodes; answers them by uuid."""
        began = self._clock()
        with readable("list the nodes"):
            found = {node.uuid: node for node in self.service.nodes()}
        with self._lock:
            newer = {
                uuid: known
                for uuid, known in self._nodes.items()
                if uuid in found and known[1] > began
            }
            self._nodes = {**{uuid: (node, began) for uuid, node in found.items()}, **newer}
            self._listed_at = self._clock()
            return {uuid: known[0] for uuid, known in self._nodes.items()}

    def known(self, uuid: str) -> Node | None:
        """As it was seen last, without asking."""
        known = self._nodes.get(uuid)
        return known[0] if known else None

    def look_at(self, uuid: str) -> Node:
        """As it is now. `NodeGone`."""
        began = self._clock()
        with readable("look at the node"):
            node = self.service.node(uuid)
        self.note(node, began)
        return node

    def note(self, node: Node, at: float | None = None) -> None:
        """It was told in an answer that was asked for at this moment."""
        with self._lock:
            self._nodes[node.uuid] = (node, self._clock() if at is None else at)

    def wait(
        self, uuid: str, done: Done, seconds: float | None, progress: Progress | None, what: str
    ) -> Node:
        """The node once it is `done`; `DriverFailed` where that takes too long."""
        until = None if seconds is None else self._clock() + seconds
        with self._one_more():
            while not done(node := self._fresh(uuid)):
                if until is not None and self._clock() > until:
                    raise DriverFailed(f"The node did not {what} in time.", node.last_error)
                self._rest(progress)
            return node

    def unlocked(self, call: Callable[[], Any], progress: Progress | None = None) -> Any:
        """What `call` answers, once the service is not busy with its node."""
        until = self._clock() + self._options.locked_timeout
        while True:
            try:
                return call()
            except NodeLocked:
                if self._clock() > until:
                    raise
                self._rest(progress)

    def _rest(self, progress: Progress | None) -> None:
        if progress is not None:
            progress(0)
        if self._closed.wait(self._options.wait_interval):
            raise DriverFailed("The agent of the node is stopping.")

    def _fresh(self, uuid: str) -> Node:
        if self._waiting <= FEW:
            return self.look_at(uuid)
        with self._listing:
            if self._clock() - self._listed_at >= self._options.wait_interval:
                self.look()
        return self.known(uuid) or self.look_at(uuid)

    @contextmanager
    def _one_more(self) -> Any:
        with self._lock:
            self._waiting += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1
