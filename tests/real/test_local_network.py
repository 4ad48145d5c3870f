# SPDX-License-Identifier: Apache-2.0
"""A real guest gets its address from its host, is reached at it, and can't speak as another."""

from __future__ import annotations

import base64
import subprocess
from xml.etree import ElementTree

from nova_cells.cell.compute.drivers.interface import PowerState
from tests.parity.local_networkable import RANGE, local_nic
from tests.real.case import RealDriverCase
from tests.real.cloud_case import RealCloudCase
from tests.real.ground import Ground
from tests.unit.cell.conductor.world import wired

PRETENDS = """#!/bin/sh
ip addr add 10.181.0.99/24 dev eth0
for own in 10.181.0.9 10.181.0.99; do
  ping -c 2 -W 2 -I $own 10.181.0.1 >/dev/null && echo "script: is heard as $own"
done
echo "script: ended"
"""
"""What a guest does that has the first of these addresses."""


def in_host(ground: Ground, host: str, *words: str) -> subprocess.CompletedProcess[str]:
    """What a command says in the host's network."""
    command = ["ip", "netns", "exec", ground.hosts[host]["namespace"], *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def answers(ground: Ground, host: str, address: str) -> bool:
    """Whether a guest of the host does."""
    asked = in_host(ground, host, "busybox", "ping", "-c", "1", "-W", "2", address)
    return asked.returncode == 0


class WiredServerTest(RealCloudCase):
    options = {"local_network": {"enabled": True}}

    def links(self, host: str) -> list[dict[str, str]]:
        return [link.guests for link in self.cloud.driver(host).links()]

    def test_a_server_keeps_its_address_when_it_moves_and_loses_it_with_its_life(self):
        uuid = self.cloud.boot("hv1", networks=wired())
        [nic] = self.cloud.show(uuid).nics
        address = nic["addresses"][0]["address"]
        place = [{nic["mac"]: address}]
        self.cloud.until(lambda: answers(self.ground, "hv1", address), "an answer on hv1")
        server = self.cloud.act(uuid, "live_migrate", host="hv2")
        self.assertEqual(("active", "hv2"), (server.vm_state, server.host), server.fault)
        self.cloud.until(lambda: answers(self.ground, "hv2", address), "an answer on hv2")
        self.assertEqual(([], place), (self.links("hv1"), self.links("hv2")))
        self.assertEqual([nic], server.nics)
        self.cloud.act(uuid, "delete")
        self.assertEqual(([], []), (self.links("hv1"), self.links("hv2")))


class LocalNetworkTest(RealDriverCase):
    def in_host(self, *words: str) -> subprocess.CompletedProcess[str]:
        return in_host(self.ground, self.host, *words)

    def answers(self, address: str) -> bool:
        return answers(self.ground, self.host, address)

    def test_a_guest_is_reached_at_the_address_that_was_lent_to_it(self):
        nic, other = local_nic(7), local_nic(8)
        script = base64.b64encode(PRETENDS.encode()).decode()
        data = {"hostname": "wired", "user_data": script}
        self.machine = self.make_machine(nics=[nic], guest_data=data, config_drive=True)
        uuid = self.running()
        address = nic["addresses"][0]["address"]
        self.eventually(lambda: self.answers(address), f"{address} answers")
        line = f"{address}/24 mac {nic['mac']}"
        said = self.eventually(lambda: self._said(uuid, line), "the guest says its address")
        self.assertNotIn("no dhcp", said)
        self.eventually(lambda: self._said(uuid, "script: ended"), "what it pretended")
        self.assertIn("script: is heard as 10.181.0.9\n", self._said(uuid, "script: ended"))
        self.assertNotIn("script: is heard as 10.181.0.99", self._said(uuid, "script: ended"))
        self._is_filtered(address)
        self._is_plugged(other)

    def _said(self, uuid: str, line: str) -> str:
        """The console, once the line is on it."""
        text = self.driver.console_output(uuid, -1)
        return text.replace("\r", "") if line in text else ""

    def _is_filtered(self, address: str) -> None:
        """Frames with another MAC or another sender's address go nowhere."""
        rules = self.in_host("ebtables", "-t", "nat", "-L").stdout
        self.assertRegex(rules, rf"--ip-src ! {address} -j DROP")
        self.assertRegex(rules, rf"--arp-ip-src ! {address} -j DROP")
        self.assertRegex(rules, rf"-s ! {local_nic(7)['mac']} -j DROP")

    def _is_plugged(self, nic) -> None:
        """Another interface has its place as long as it is there."""
        places = {each["mac"]: each["addresses"][0]["address"] for each in (local_nic(7), nic)}
        self.driver.attach_nic(self.machine, nic)
        self.assertEqual([places], [link.guests for link in self.driver.links()])
        self.driver.detach_nic(self.machine.uuid, nic["mac"])
        del places[nic["mac"]]
        self.assertEqual([places], [link.guests for link in self.driver.links()])

    def test_the_network_is_the_hosts_own_and_starts_with_it(self):
        self.driver.define(self.make_machine(uuid=self.machine.uuid, nics=[local_nic()]))
        [link] = self.driver.links()
        own = self.in_host("ip", "-4", "-o", "addr", "show", "dev", link.bridge).stdout
        self.assertIn(f"{RANGE.gateway}/24", own)
        self.assertIn("169.254.169.254/32", own)
        [network] = [n for n in self.connection().listAllNetworks() if n.name() == link.name]
        self.assertTrue(network.autostart())
        network.destroy()
        self.assertEqual([], self.driver.links())
        self.driver.set_power(self.machine.uuid, on=True)
        self.assertEqual([link], self.driver.links())
        self.driver.destroy(self.machine.uuid)
        self.assertNotIn(link.name, [n.name() for n in self.connection().listAllNetworks()])

    def test_who_was_left_behind_under_an_address_gives_way(self):
        old = local_nic()
        self.driver.define(self.make_machine(uuid=self.machine.uuid, nics=[old]))
        new = {**local_nic(1), "addresses": old["addresses"]}
        machine = self.make_machine(nics=[new])
        self.driver.define(machine)
        [link] = self.driver.links()
        self.assertEqual({new["mac"]: "10.181.0.2"}, link.guests)
        self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(machine.uuid))

    def test_two_guests_of_one_name_are_known_by_different_ones(self):
        for number in range(2):
            data = {"hostname": "web"}
            self.driver.define(self.make_machine(nics=[local_nic(number)], guest_data=data))
        [link] = self.driver.links()
        [network] = [n for n in self.connection().listAllNetworks() if n.name() == link.name]
        hosts = ElementTree.fromstring(network.XMLDesc()).iterfind("ip/dhcp/host")
        self.assertEqual({"web", "host-10-181-0-3"}, {host.get("name") for host in hosts})
