# SPDX-License-Identifier: Apache-2.0
"""What a cell tells administrators of its work and of its choices. It changes nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from nova_cells.cell.conductor.placement import DECIDED, Placement
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.engine import Journal
from nova_cells.journal.model import Result, StepRefused
from nova_cells.journal.telling import summary, timeline
from nova_cells.objects import RequestSpec

MOST = 500


class Oversight:
    """Bounded reads: what is open and late, one operation, one choice."""

    def __init__(self, journal: Journal, placement: Placement) -> None:
        self._journal = journal
        self._database = journal.database
        self._placement = placement

    def in_flight(self, after: str, limit: int, *, late: bool) -> list[dict[str, Any]]:
        """A page of open operations."""
        most = max(0, min(limit, MOST))
        late_at = self._journal.clock() if late else None
        store, kinds = self._journal.store, self._journal.kinds
        found = self._database.read(lambda c: store.in_flight(c, after, most, late_at=late_at))
        return [summary(record, kinds) for record in found]

    def operation(self, key: str) -> dict[str, Any]:
        """One operation as a line in time."""
        store, kinds = self._journal.store, self._journal.kinds

        def work(connection: Connection) -> dict[str, Any] | None:
            record = store.get(connection, key)
            if record is None:
                return None
            return timeline(record, store.steps_of(connection, key), kinds)

        found: dict[str, Any] | None = self._database.read(work)
        if found is None:
            raise Refused(FaultCode.ACTION_NOT_FOUND, "There is no such operation in this cell.")
        return found

    def why(self, uuid: str) -> dict[str, Any]:
        """The newest choice of a host that was made for an instance here."""
        records = self._database.read(lambda c: self._journal.store.of_subject(c, uuid))
        for record in records:
            decided = record.arguments.get(DECIDED)
            if decided and record.forward and record.result in (None, Result.DONE):
                return {
                    "host": decided["host"],
                    "trail": [list(step) for step in decided["trail"]],
                    "decided_at": decided["at"],
                }
        return {"host": None, "trail": [], "decided_at": None}

    def explain(self, request: RequestSpec) -> dict[str, Any]:
        """The hosts that would do for this wish now, as the conductor's table knows them."""
        try:
            hosts, left, trail = self._database.read(lambda c: self._placement.explain(c, request))
        except StepRefused as refusal:
            return {"hosts": 0, "left": 0, "trail": [], "message": refusal.message}
        told = [[name, number] for name, number in trail]
        return {"hosts": hosts, "left": left, "trail": told, "message": None}
