# SPDX-License-Identifier: Apache-2.0
"""Makes hosts known, follows their shape, and has them pay their debts before anything else.

A name belongs to the identity that first came with it: another one is refused until an operator
has deleted the host, for it would take over guests that are not there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from nova_cells.cell.conductor.host_records import columns_of, shape_differs
from nova_cells.cell.conductor.host_state import HostState
from nova_cells.cell.conductor.sending import Agents
from nova_cells.cell.db import hosts, members, singletons
from nova_cells.contracts import FaultCode, Outcome, Refused
from nova_cells.journal.engine import Journal
from nova_cells.journal.turn import Notes
from nova_cells.objects import HostBeat, HostReport, HostWork, Welcome
from nova_cells.runtime.clock import seconds

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
        [welcome] = self.register_many([report])
        return welcome

    def register_many(self, reports: list[HostReport]) -> list[Welcome]:
        """The same of many, in one transaction."""
        uuids = self._journal.transact(lambda c, notes: self._register(c, notes, reports))
        now, names = self._journal.clock(), [report.name for report in reports]
        for name in names:
            self._state.saw(name, now)
            self._state.show(self._state.row(name))
        self._joined()
        self.settle_debts(names)
        return [
            Welcome(
                deployment=self._deployment,
                cell=self._cell,
                host_uuid=uuids[name],
                beat_interval=self._conf.conductor.beat_interval,
            )
            for name in names
        ]

    def join_group(self, group: str, address: str, *, leaving: bool) -> list[str]:
        """Who shares the hosts of the group now.

        One who was silent himself has the others wait: it was the cell that did not hear anybody.
        """
        now, silence = self._journal.clock(), seconds(self._conf.conductor.group_silence)

        def work(connection: Connection) -> list[str]:
            if not members.was_silent(connection, group, address, now - silence):
                members.drop_silent(connection, group, now - silence)
            if leaving:
                members.leave(connection, group, address)
            else:
                members.join(connection, group, address, now)
            return members.of_group(connection, group)

        return self._journal.database.write(work)

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

    def _register(
        self, connection: Connection, notes: Notes, reports: list[HostReport]
    ) -> dict[str, str]:
        """Host → its uuid."""
        now, names = self._journal.clock(), sorted(report.name for report in reports)
        rows = hosts.locked(connection, names)
        caps = hosts.resources(connection, names)
        uuids = {}
        for report in sorted(reports, key=lambda report: report.name):
            name, row = report.name, rows.get(report.name)
            columns = columns_of(report, self._conf)
            uuids[name] = str(uuid4()) if row is None else row.uuid
            if row is None:
                self._refuse_too_many(connection, name)
                hosts.add(connection, {**columns, "uuid": uuids[name]}, now)
            else:
                self._follow(connection, row, columns, now)
            wanted = dict(report.inventory.resources)
            if wanted != {each: amounts[0] for each, amounts in caps.get(name, {}).items()}:
                hosts.set_resources(connection, name, wanted)
            self._journal.store.wake_place(connection, name, now)
        hosts.beat(connection, names, now)
        self._state.changed(connection, notes, names)
        return uuids

    def _refuse_too_many(self, connection: Connection, name: str) -> None:
        """Those that are here stay, however few there may be by now."""
        document = singletons.bundle(connection) or {}
        limit = (document.get("host_limits") or {}).get(self._cell)
        if limit is not None and (number := hosts.count(connection)) >= limit:
            raise Refused(
                FaultCode.CELL_FULL,
                f"Cell {self._cell} takes no more hosts: it has {number} and may have {limit} "
                f"(max_hosts). Host {name} is not registered.",
            )

    def _follow(self, connection: Connection, row: Any, columns: dict[str, Any], now: int) -> None:
        if row.identity != columns["identity"]:
            raise Refused(
                FaultCode.HOST_IDENTITY_CHANGED,
                f"Host {row.name} is known under identity {row.identity}. Delete the host first "
                "if it was set up anew.",
            )
        shape = shape_differs(row, columns)
        hosts.change(connection, row.name, {**columns, "up": True}, now, shape=shape)
