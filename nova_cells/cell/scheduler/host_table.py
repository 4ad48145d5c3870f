# SPDX-License-Identifier: Apache-2.0
"""The scheduler's only state: one row per compute host, one column per fact.

It proposes, the claim in the database disposes: a stale row costs a second try, never a wrong
placement. Hold `lock` while you use rows or columns; rows of hosts that left are used again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping

import numpy as np

from nova_cells.cell.scheduler.aggregates import Metadata, merged
from nova_cells.cell.scheduler.amounts import Amounts, grown
from nova_cells.cell.scheduler.host_row import DISK_GB, MEMORY_MB, VCPU, HostKind, HostRow
from nova_cells.cell.scheduler.interned import Interned
from nova_cells.cell.scheduler.traits import TraitColumns

_COLUMNS = {
    "present": bool,
    "enabled": bool,
    "up": bool,
    "zone": np.int32,
    "aggregate_set": np.int32,
    "kind": np.int32,
    "trait_set": np.int32,
    "num_instances": np.int64,
    "pending_instances": np.int64,
    "io_ops": np.int64,
    "failed_builds": np.int64,
    "hypervisor_version": np.int64,
    "shape_generation": np.int64,
}
_COPIED = ["enabled", "up", "num_instances", "io_ops", "failed_builds", "shape_generation"]


class HostTable:
    """Columns are attributes, `size` long; a row whose `present` is false is nobody's.

    `version` grows with every change, so that whoever derives something can tell whether it is old.
    """

    present: np.ndarray
    enabled: np.ndarray
    up: np.ndarray
    zone: np.ndarray
    aggregate_set: np.ndarray
    kind: np.ndarray
    trait_set: np.ndarray
    num_instances: np.ndarray
    pending_instances: np.ndarray
    io_ops: np.ndarray
    failed_builds: np.ndarray
    hypervisor_version: np.ndarray
    shape_generation: np.ndarray

    def __init__(self, room: int = 64) -> None:
        self.lock = threading.RLock()
        self.version = 0
        self.size = 0
        self.names: list[str] = []
        self.nodes: list[str] = []
        self.addresses: list[str] = []
        self.zones: Interned[str] = Interned()
        self.aggregate_sets: Interned[Metadata] = Interned()
        self.kinds: Interned[HostKind] = Interned()
        self.trait_sets: Interned[frozenset[str]] = Interned()
        self.traits = TraitColumns(room)
        self.amounts = {name: Amounts(room) for name in (VCPU, MEMORY_MB, DISK_GB)}
        self._room = room
        self._columns = {name: np.zeros(room, dtype) for name, dtype in _COLUMNS.items()}
        self._rows: dict[str, int] = {}
        self._unused: list[int] = []
        self._expose()

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, name: str) -> bool:
        return name in self._rows

    def row(self, name: str) -> int:
        """The row of a host, or -1."""
        return self._rows.get(name, -1)

    def rows(self, names: Iterable[str]) -> list[int]:
        """The rows of those of `names` that are here."""
        return [self._rows[name] for name in names if name in self._rows]

    def free(self, resource: str) -> np.ndarray:
        """What may still be claimed of a resource class; zeros where nobody has any."""
        amounts = self.amounts.get(resource)
        return np.zeros(self.size, np.int64) if amounts is None else amounts.free[: self.size]

    def mask(self, names: Iterable[str]) -> np.ndarray:
        """True for the hosts named."""
        chosen = np.zeros(self.size, bool)
        chosen[self.rows(names)] = True
        return chosen

    def upsert(self, host: HostRow) -> int:
        """Insert a host or bring its row up to date; pending claims on it stay."""
        with self.lock:
            row = self._rows.get(host.name, -1)
            if row < 0:
                row = self._insert(host.name)
            else:
                self._give_back(row)
            self._write(row, host)
            self.version += 1
            return row

    def replace(self, hosts: Iterable[HostRow]) -> None:
        """Make the table hold exactly these hosts."""
        with self.lock:
            here = set()
            for host in hosts:
                self.upsert(host)
                here.add(host.name)
            for name in set(self._rows) - here:
                self.remove(name)

    def remove(self, name: str) -> None:
        """Forget a host; silent when it is not here."""
        with self.lock:
            row = self._rows.pop(name, -1)
            if row < 0:
                return
            self._give_back(row)
            for column in self._columns.values():
                column[row] = 0
            for amounts in self.amounts.values():
                amounts.clear(row)
            self.traits.set(row, ())
            self._unused.append(row)
            self.version += 1

    def claim(self, name: str, resources: Mapping[str, int]) -> None:
        """Count a proposal as taken, so that later picks see it, until settled or released."""
        self._change(name, resources, 1)

    def release(self, name: str, resources: Mapping[str, int]) -> None:
        """Take back a `claim` that was not committed (or whose fresh row has been upserted)."""
        self._change(name, resources, -1)

    def settle(self, name: str, resources: Mapping[str, int]) -> None:
        """A `claim` was committed and no fresh row is at hand: pending becomes used."""
        with self.lock:
            row = self._rows.get(name, -1)
            if row >= 0:
                for resource, amount in resources.items():
                    self._amounts(resource).settle(row, amount)
                self.num_instances[row] += 1
                self.pending_instances[row] = max(0, self.pending_instances[row] - 1)
                self.version += 1

    def _change(self, name: str, resources: Mapping[str, int], sign: int) -> None:
        with self.lock:
            row = self._rows.get(name, -1)
            if row < 0:
                return
            for resource, amount in resources.items():
                self._amounts(resource).reserve(row, sign * amount)
            self.pending_instances[row] = max(0, self.pending_instances[row] + sign)
            self.version += 1

    def _insert(self, name: str) -> int:
        if self._unused:
            row = self._unused.pop()
        else:
            if self.size == self._room:
                self._grow(2 * self._room)
            row = self.size
            self.size += 1
            for texts in (self.names, self.nodes, self.addresses):
                texts.append("")
            self._expose()
        self._rows[name] = row
        return row

    def _write(self, row: int, host: HostRow) -> None:
        self.names[row], self.nodes[row] = host.name, host.node
        self.addresses[row] = host.address
        for name in _COPIED:
            self._columns[name][row] = getattr(host, name)
        self.present[row] = True
        self.hypervisor_version[row] = host.kind.hypervisor_version
        self.zone[row] = self.zones.take(host.zone)
        self.aggregate_set[row] = self.aggregate_sets.take(merged(host.aggregates))
        self.kind[row] = self.kinds.take(host.kind)
        self.trait_set[row] = self.trait_sets.take(host.traits)
        self.traits.set(row, host.traits)
        for resource in host.capacity.keys() | self.amounts.keys():
            capacity, used = host.capacity.get(resource, 0), host.used.get(resource, 0)
            self._amounts(resource).set(row, capacity, used)

    def _give_back(self, row: int) -> None:
        self.zones.give_back(int(self.zone[row]))
        self.aggregate_sets.give_back(int(self.aggregate_set[row]))
        self.kinds.give_back(int(self.kind[row]))
        self.trait_sets.give_back(int(self.trait_set[row]))

    def _amounts(self, resource: str) -> Amounts:
        amounts = self.amounts.get(resource)
        if amounts is None:
            amounts = self.amounts[resource] = Amounts(self._room)
        return amounts

    def _grow(self, room: int) -> None:
        self._room = room
        self._columns = {name: grown(column, room) for name, column in self._columns.items()}
        self.traits.grow(room)
        for amounts in self.amounts.values():
            amounts.grow(room)

    def _expose(self) -> None:
        for name, column in self._columns.items():
            setattr(self, name, column[: self.size])
