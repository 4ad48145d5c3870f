# SPDX-License-Identifier: Apache-2.0
"""What a conductor holds in memory of its hosts: the scheduler's table, addresses, signs of life.

Memory proposes, the database disposes: whatever is stale here costs a second look, no more. Changes
made by this process are applied after their commit; those of other conductors are read every round.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection

from nova_cells.cell.conductor.signs import Signs
from nova_cells.cell.conductor.zones import Zones
from nova_cells.cell.db import hosts
from nova_cells.cell.scheduler import DISK_GB, MEMORY_MB, VCPU, HostKind, HostRow, HostTable
from nova_cells.journal.turn import Notes

OVERLAP = 10_000_000
"""Rows are stamped before they are committed: look back this far for those that came late."""


class HostState:
    """`down_after` in seconds. Kept fresh by `refresh` (all) and `changed` (some)."""

    def __init__(self, zones: Zones, *, down_after: float, clock: Callable[[], int]) -> None:
        self.table = HostTable()
        self.zones = zones
        self.failed_builds: Counter[str] = Counter()
        self.building: Counter[str] = Counter()
        self._clock = clock
        self._lock = threading.Lock()
        self._rows: dict[str, Any] = {}
        self._resources: dict[str, Any] = {}
        self._signs = Signs(down_after=down_after, clock=clock)
        self._synced_at = 0

    def __contains__(self, name: str) -> bool:
        return name in self._rows

    def row(self, name: str) -> Any:
        """The newest row of a host this process has seen, or None."""
        return self._rows.get(name)

    def rows(self) -> list[Any]:
        return list(self._rows.values())

    def address(self, name: str) -> str | None:
        """Where the host's agent listens."""
        row = self._rows.get(name)
        return None if row is None else row.address

    def traits(self, name: str | None) -> frozenset[str]:
        """What the host is able to do; of one nobody knows, nothing."""
        row = self._rows.get(name) if name else None
        return frozenset() if row is None else frozenset(row.inventory["traits"])

    def facts(self, name: str) -> dict[str, Any] | None:
        """What the host told of itself for other services; None: no host of this cell."""
        row = self._rows.get(name)
        return None if row is None else {**row.facts, "driver": row.driver}

    def down(self, name: str) -> bool:
        """Silent for too long, or an operator said so. One nobody knows is down."""
        row = self._rows.get(name)
        return row is None or row.forced_down or not self.alive(name)

    def alive(self, name: str) -> bool:
        """By its heartbeats."""
        row = self._rows.get(name)
        return self._signs.alive(name, was=row is None or row.up)

    def last_seen(self, name: str) -> int:
        return self._signs.newest(name)

    def saw(self, name: str, moment: int) -> None:
        """A sign of life; the table learns at once when it was missed."""
        was_down = name in self._rows and not self.alive(name)
        self._signs.saw(name, moment)
        if was_down:
            self.show(self._rows[name])

    def hear(self, beats: dict[str, int]) -> None:
        """All signs of life there are, those that other conductors took among them."""
        self._signs.hear(beats)

    def refresh(self, connection: Connection) -> Callable[[], None]:
        """Read all hosts; answers what to call once the transaction is over."""
        found = hosts.every(connection)
        resources = hosts.resources(connection)
        now = self._clock()

        def apply() -> None:
            self._synced_at = now
            for name in set(self._rows) - {row.name for row in found}:
                self.forget(name)
            self._take(found, resources)

        return apply

    def catch_up(self, connection: Connection) -> Callable[[], None]:
        """Read the hosts that changed lately; answers what to call afterwards."""
        now = self._clock()
        found = hosts.changed_since(connection, self._synced_at - OVERLAP)
        resources = hosts.resources(connection, [row.name for row in found]) if found else {}

        def apply() -> None:
            self._synced_at = now
            self._take(found, resources)

        return apply

    def look_up(self, connection: Connection, names: Iterable[str]) -> Callable[[], None]:
        """Read hosts another conductor may know; answers what to call afterwards."""
        found = hosts.find(connection, names)
        resources = hosts.resources(connection, [row.name for row in found]) if found else {}
        return lambda: self._take(found, resources)

    def changed(self, connection: Connection, notes: Notes, names: Iterable[str]) -> None:
        """These were changed in this transaction: have memory follow once it is committed."""
        names = list(names)
        found = hosts.find(connection, names)
        resources = hosts.resources(connection, names)
        notes.after.append(lambda: self._take(found, resources))

    def read_again(self, connection: Connection, name: str) -> None:
        """A proposal met a host that is not as it seemed: take what the transaction sees."""
        found = hosts.find(connection, [name])
        if not found:
            self.forget(name)
        self._take(found, hosts.resources(connection, [name]))

    def table_of(self, names: Iterable[str]) -> HostTable:
        """A table of these hosts only, without the proposals that are under way."""
        table = HostTable()
        for name in names:
            if (row := self._rows.get(name)) is not None:
                table.upsert(self._host_row(row))
        return table

    def forget(self, name: str) -> None:
        """The host is no more."""
        with self._lock:
            self._rows.pop(name, None)
            self._signs.forget(name)
            self._resources.pop(name, None)
        self.table.remove(name)

    def show_all(self) -> None:
        """Tell the table again what it knows: the zones have changed, or time has passed."""
        for row in self.rows():
            self.show(row)

    def show(self, row: Any) -> None:
        """Bring one host's row of the table up to date."""
        self.table.upsert(self._host_row(row))

    def _take(self, found: Iterable[Any], resources: dict[str, Any]) -> None:
        for row in found:
            with self._lock:
                known = self._rows.get(row.name)
                if known is not None and known.uuid == row.uuid and known.revision > row.revision:
                    continue
                self._rows[row.name] = row
                self._resources[row.name] = resources.get(row.name, {})
                self._signs.saw(row.name, row.last_seen or 0)
            self.show(row)

    def _host_row(self, row: Any) -> HostRow:
        custom = self._resources.get(row.name, {})
        inventory = row.inventory
        zone, aggregates = self.zones.of(row.name)
        return HostRow(
            name=row.name,
            node=row.node,
            address=row.address,
            zone=zone,
            enabled=row.enabled,
            up=not self.down(row.name) and row.debts == 0 and not inventory.get("unavailable"),
            capacity={
                VCPU: row.vcpus_cap,
                MEMORY_MB: row.memory_mb_cap,
                DISK_GB: row.disk_gb_cap,
                **{name: amounts[0] for name, amounts in custom.items()},
            },
            used={
                VCPU: row.vcpus_used,
                MEMORY_MB: row.memory_mb_used,
                DISK_GB: row.disk_gb_used,
                **{name: amounts[1] for name, amounts in custom.items()},
            },
            num_instances=row.running,
            io_ops=self.building[row.name],
            failed_builds=self.failed_builds[row.name],
            traits=frozenset(inventory["traits"]),
            aggregates=aggregates,
            kind=HostKind.of(
                inventory["hypervisor_type"],
                inventory["hypervisor_version"],
                inventory["architectures"],
                inventory["cpu_info"],
            ),
            shape_generation=row.shape_generation,
        )
