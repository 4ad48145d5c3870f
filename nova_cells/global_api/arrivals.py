# SPDX-License-Identifier: Apache-2.0
"""Waiting for a server that an operator moves to another cell: its owner did not ask for that.

What a cell refuses meanwhile is asked again where the server is then. Nobody waits for others: so
few requests wait at a time that those of other servers always find a thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from nova_cells.contracts import FaultCode, Refused
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.index.server_index import ServerIndex
from nova_cells.global_api.operations import ownership
from nova_cells.runtime.db import Database

MOST = 4
_LOOK_AGAIN = 0.2  # seconds
_KINDS = (ownership.MOVE,)
_OF_MOVES = (FaultCode.CONFLICT, FaultCode.STALE_EPOCH)


class Arrivals:
    """`patience`: seconds a request waits at most."""

    def __init__(
        self,
        database: Database,
        index: ServerIndex,
        *,
        patience: float,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._database = database
        self._index = index
        self._looks = int(patience / _LOOK_AGAIN)
        self._sleep = sleep
        self._places = threading.BoundedSemaphore(MOST)

    def after(self, row: IndexRow, refusal: BaseException | None) -> Iterator[IndexRow]:
        """Where to ask again after a refusal, as often as that is worth it."""
        if not isinstance(refusal, Refused) or refusal.code not in _OF_MOVES:
            return
        if not self._moves(row.uuid):
            yield from self._elsewhere(row)
            return
        if not self._places.acquire(blocking=False):
            return
        try:
            yield from self._arrived(row)
        finally:
            self._places.release()

    def _arrived(self, row: IndexRow) -> Iterator[IndexRow]:
        """At its arrival, or its return."""
        for _look in range(self._looks):
            self._sleep(_LOOK_AGAIN)
            moves, found = self._moves(row.uuid), self._index.get(row.uuid)
            if found is None:
                return
            if not moves or found.document["task_state"] is None:
                yield found
            if not moves:
                return

    def _elsewhere(self, row: IndexRow) -> Iterator[IndexRow]:
        """It is another cell's by now."""
        found = self._index.get(row.uuid)
        if found is not None and found.cell_uuid not in (None, row.cell_uuid):
            yield found

    def _moves(self, uuid: str) -> bool:
        return self._database.read(lambda connection: ownership.moving(connection, uuid, _KINDS))
