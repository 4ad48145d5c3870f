# SPDX-License-Identifier: Apache-2.0
"""What every driver that makes a network for its guests does alike."""

from __future__ import annotations

import ipaddress

from nova_cells.cell.compute.drivers.interface import LocalNetworkable
from nova_cells.clients.network.local_range import LocalRange

RANGE = LocalRange(
    "parity", ipaddress.IPv4Network("10.181.0.0/24"), ipaddress.IPv4Address("10.181.0.1")
)


def local_nic(number: int = 0, **changes):
    """An interface on the local network of these tests."""
    port = f"00000000-0000-4000-8000-0000000000a{number}"
    return {**RANGE.nic(port, RANGE.at(number)), **changes}


class LocalNetworkableParity:
    """A guest finds its address on a network that its host makes."""

    capability = LocalNetworkable

    def test_a_guest_has_its_place_while_it_is_there(self):
        nic = local_nic()
        machine = self.make_machine(nics=[nic], guest_data={"hostname": "web"})
        self.addCleanup(self.driver.destroy, machine.uuid)
        for _ in range(2):
            self.driver.define(machine)
            [link] = self.driver.links()
            self.assertEqual({nic["mac"]: "10.181.0.2"}, link.guests)
            self.assertEqual("10.181.0.1", link.gateway)
        for _ in range(2):
            self.driver.destroy(machine.uuid)
            self.assertEqual([], self.driver.links())

    def test_guests_share_a_network_and_one_leaves_the_other_its_place(self):
        nics = [local_nic(number) for number in range(3)]
        first = self.make_machine(nics=nics[:2], guest_data={"hostname": "web"})
        other = self.make_machine(nics=nics[2:], guest_data={"hostname": "web"})
        for machine in (first, other):
            self.addCleanup(self.driver.destroy, machine.uuid)
            self.driver.define(machine)
        [link] = self.driver.links()
        everybody = {nic["mac"]: nic["addresses"][0]["address"] for nic in nics}
        self.assertEqual(everybody, link.guests)
        self.driver.destroy(first.uuid)
        [left] = self.driver.links()
        self.assertEqual({nics[2]["mac"]: everybody[nics[2]["mac"]]}, left.guests)

    def test_a_guest_without_interfaces_needs_no_network(self):
        self.driver.define(self.machine)
        self.assertEqual([], self.driver.links())
