# SPDX-License-Identifier: Apache-2.0
"""Makes hosts known, follows their shape, and has them pay their debts before anything else.

A name belongs to the identity that first came with it: another one is refused until an operator
has deleted the host, for it would take over guests that are not there.
"""

from __future__ import annotations

import logging
import uuid as uuids
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection

from nova_cells.cell.conductor.host_records import columns_of, shape_differs
from nova_cells.cell.conductor.host_state import HostState
from nova_cells.cell.conductor.sending import Agents
from nova_cells.cell.db import hosts
from nova_cells.contracts import FaultCode, Outcome, Refused
from nova_cells.journal.engine import Journal
from nova_cells.journal.turn import Notes
from nova_cells.objects import HostBeat, HostReport, HostWork, Welcome

LOG = logging.getLogger(__name__)


class Registration:
    """`joined` is called after a host was registered: there is news and there may be work."""

    def __init__(
        self,
        conf: Any,
        journal: Journal,
        state: HostState,
        agents: Agents,
        *,
        cell_uuid: str,
        deployment: str,
        joined: Callable[[], None],
    ) -> None:
        self._conf = conf
        self._journal = journal
        self._state = state
        self._agents = agents
        self._cell = cell_uuid
        self._deployment = deployment
        self._joined = joined

    def register(self, report: HostReport) -> Welcome:
        """Known and usable when this returns."""
        host_uuid = self._journal.transact(lambda c, notes: self._register(c, notes, report))
        self._state.saw(report.name, self._journal.clock())
        self._state.show(self._state.row(report.name))
        self._joined()
        self.settle_debts([report.name])
        return Welcome(
            deployment=self._deployment,
            cell=self._cell,
            host_uuid=host_uuid,
            beat_interval=self._conf.conductor.beat_interval,
        )

    def strangers(self, beats: Iterable[HostBeat]) -> set[str]:
        """Hosts that must register first: unknown here, come back, or moved to another agent."""
        beats, unknown = list(beats), set()
        if strange := [beat.name for beat in beats if beat.name not in self._state]:
            self._journal.database.read(lambda c: self._state.look_up(c, strange))()
        for beat in beats:
            row = self._state.row(beat.name)
            if row is None or (row.identity, row.address) != (beat.identity, beat.address):
                unknown.add(beat.name)
        return unknown

    def settle_debts(self, names: list[str]) -> None:
        """Remind hosts of what they owe; they are used again when all of it is done."""
        owing = [name for name in names if (row := self._state.row(name)) and row.debts]
        if not owing:
            return
        works = self._journal.database.read(lambda c: hosts.debts_of(c, owing))
        for work in works:
            try:
                self._agents.run(HostWork.from_document(work))
            except Outcome as outcome:
                LOG.warning("debt of %s not sent: %s", work["host"], outcome)

    def _register(self, connection: Connection, notes: Notes, report: HostReport) -> str:
        now = self._journal.clock()
        row = hosts.get(connection, report.name, lock=True)
        columns = columns_of(report, self._conf)
        if row is None:
            host_uuid = str(uuids.uuid4())
            hosts.add(connection, {**columns, "uuid": host_uuid}, now)
        else:
            host_uuid = row.uuid
            self._follow(connection, row, columns, now)
        hosts.set_resources(connection, report.name, dict(report.inventory.resources))
        hosts.beat(connection, [report.name], now)
        self._journal.store.wake_place(connection, report.name, now)
        self._state.changed(connection, notes, [report.name])
        return host_uuid

    def _follow(self, connection: Connection, row: Any, columns: dict[str, Any], now: int) -> None:
        if row.identity != columns["identity"]:
            raise Refused(
                FaultCode.HOST_IDENTITY_CHANGED,
                f"Host {row.name} is known under identity {row.identity}. Delete the host first "
                "if it was set up anew.",
            )
        shape = shape_differs(row, columns)
        hosts.change(connection, row.name, {**columns, "up": True}, now, shape=shape)
