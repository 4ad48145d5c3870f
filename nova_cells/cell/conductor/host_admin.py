# SPDX-License-Identifier: Apache-2.0
"""An operator's words on hosts: enabled, forced down, gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from nova_cells.cell.conductor.host_records import feed_item, host_record
from nova_cells.cell.conductor.host_state import HostState
from nova_cells.cell.db import hosts, instances, migrations, outbox
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.engine import Journal
from nova_cells.journal.turn import Notes
from nova_cells.objects import HostRecord

FIELDS = frozenset({"enabled", "disabled_reason", "forced_down"})


class HostAdmin:
    """`changed` is called after a commit: there is news, and work may have to move on."""

    def __init__(self, journal: Journal, state: HostState, changed: Callable[[], None]) -> None:
        self._journal = journal
        self._state = state
        self._changed = changed

    def every(self) -> list[HostRecord]:
        rows = self._journal.database.read(hosts.every)
        return [host_record(row, self._state) for row in rows]

    def update(self, name: str, changes: dict[str, Any]) -> HostRecord:
        """Takes effect with the next claim: the shape generation grows."""
        unknown = sorted(set(changes) - FIELDS)
        if unknown:
            raise Refused(FaultCode.INVALID, f"{unknown[0]} can't be set this way.")

        def work(connection: Connection, notes: Notes) -> Any:
            row = self._locked(connection, name)
            if row.forced_down and changes.get("forced_down") is False:
                self._refuse_unsettled(connection, name)
            now = self._journal.clock()
            if changes:
                hosts.change(connection, name, changes, now, shape=True)
            if changes.get("forced_down"):
                self._journal.store.wake_place(connection, name, now)
            self._state.changed(connection, notes, [name])
            return hosts.get(connection, name)

        row = self._journal.transact(work)
        self._changed()
        return host_record(row, self._state)

    def delete(self, name: str) -> HostRecord:
        """Refused while anything is on it; what it still owed is forgotten with it."""

        def work(connection: Connection, notes: Notes) -> HostRecord:
            row = self._locked(connection, name)
            self._refuse_in_use(connection, name)
            hosts.forget_debts(connection, name)
            hosts.remove(connection, name)
            now = self._journal.clock()
            changes = {"deleted": True, "revision": row.revision + 1, "updated_at": now}
            outbox.put(connection, feed_item(row, self._state, **changes), now)
            notes.after.append(lambda: self._state.forget(name))
            return host_record(row, self._state, **changes)

        record: HostRecord = self._journal.transact(work)
        self._changed()
        return record

    def refuse_in_use(self, name: str) -> None:
        """Raise what `delete` would raise."""
        self._journal.database.read(lambda c: self._refuse_in_use(c, name))

    @staticmethod
    def _locked(connection: Connection, name: str) -> Any:
        row = hosts.get(connection, name, lock=True)
        if row is None:
            raise Refused(FaultCode.HOST_NOT_FOUND, f"Host {name} could not be found.")
        return row

    @staticmethod
    def _refuse_unsettled(connection: Connection, name: str) -> None:
        """What was evacuated from here may still be here; its host has to clear it away first."""
        left = migrations.evacuated_from(connection, name)
        if left:
            raise Refused(
                FaultCode.INVALID,
                f"Unable to force up host {name} as {left} migration records of evacuations "
                "from it are in status done: its agent has not removed the servers yet.",
            )

    def _refuse_in_use(self, connection: Connection, name: str) -> None:
        on_it = instances.count_on(connection, name)
        claimed = hosts.claims_on(connection, name)
        busy = self._journal.store.at_place(connection, name)
        if on_it or claimed or busy:
            raise Refused(
                FaultCode.HOST_IN_USE,
                f"Host {name} has {max(on_it, claimed)} instances and {len(busy)} operations.",
                instances=max(on_it, claimed),
                operations=len(busy),
            )
