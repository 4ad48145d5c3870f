# SPDX-License-Identifier: Apache-2.0
"""The local network of fake guests: it is what their interfaces say, and nothing moves on it."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.fake.machines import FakeMachines
from nova_cells.cell.compute.drivers.local_network import Link, LocalNetworkable, is_local


class FakeLocalNetwork(FakeMachines, LocalNetworkable):
    """The capability of the fake driver."""

    def links(self) -> list[Link]:
        found: dict[str, Link] = {}
        with self._lock:
            machines = [self._own(uuid) for uuid in list(self._machines)]
        for nic in [nic for machine in machines if machine for nic in machine.nics]:
            if is_local(nic):
                network = nic["network_id"]
                new = Link(network, f"fake-{network[:8]}", nic["gateway"], {})
                link = found.setdefault(network, new)
                link.guests[nic["mac"]] = nic["addresses"][0]["address"]
        return list(found.values())
