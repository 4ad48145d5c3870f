# SPDX-License-Identifier: Apache-2.0
"""The API over one scripted cell, "east", with hosts h1 to h3 and a conductor."""

from __future__ import annotations

from typing import Any

from nova_cells.contracts import FaultCode, Refused, Unknown
from nova_cells.global_api.app import make_app
from nova_cells.global_api.side import GlobalSide
from nova_cells.objects import HostRecord, Inventory
from tests.api.side_case import SideCase
from tests.unit.global_api.scripted_cell import ScriptedCell

INVENTORY = Inventory(
    vcpus=8,
    memory_mb=8192,
    disk_gb=100,
    hypervisor_type="QEMU",
    hypervisor_version=7002000,
    cpu_info={"arch": "x86_64", "topology": {"cores": 2}},
    uptime=" 10:00:00 up 1 day",
)
LAST_SEEN = 1_700_000_000_123_456
SEEN_TEXT = "2023-11-14T22:13:20.123456"


class HostCase(SideCase):
    names = ("h1", "h2", "h3")

    def setUp(self) -> None:
        super().setUp()
        self.side = GlobalSide(self.options(), self.database, images=None)
        self.side.start()
        self.addCleanup(self._end)
        self.app = make_app(self.side)
        self.east = self.cell("east", start=False)
        _give_it_a_conductor(self.east)
        self.east.delete_host = self.delete_host  # type: ignore[method-assign]
        self.east.start()
        self.known(self.east)
        for name in self.names:
            self.publish_host(name, inventory=INVENTORY, node=f"{name}.node")
        self.hosts = {row.name: row for row in self.side.hosts.list()}

    def publish_host(self, name: str, **changes: Any) -> None:
        """Let the cell's feed tell of a host."""
        item = self.east.host(name, last_seen=LAST_SEEN, **changes)

        def taken() -> list[str]:
            try:
                return self.east.publish(item)
            except Unknown:  # nobody listens yet
                return []

        self.until(taken, f"host {name} published")

    def delete_host(self, name: str) -> HostRecord:
        """The cell's answer: a host with guests can't be forgotten."""
        known = self.east.hosts_known[name]
        if known.running_vms:
            raise Refused(FaultCode.HOST_IN_USE, f"Host {name} has instances.")
        return known.replace(deleted=True, revision=known.revision + 1)

    def uuid_of(self, name: str) -> str:
        return self.hosts[name].uuid


def _give_it_a_conductor(cell: ScriptedCell) -> None:
    plain = cell.facts_now
    service = {
        "binary": "nova-conductor",
        "host": "conductor-1",
        "versions": {},
        "last_seen": LAST_SEEN,
    }
    cell.facts_now = lambda: plain().replace(services=[service])  # type: ignore[method-assign]
