# SPDX-License-Identifier: Apache-2.0
"""A real container gets an address from its host, and its data from the metadata service there."""

from __future__ import annotations

import base64
import subprocess

from nova_cells.cell.metadata.application import MetadataApplication
from nova_cells.cell.metadata.callers import ByAddress
from nova_cells.cell.metadata.listening import listening
from nova_cells.cell.metadata.memory import Memory
from nova_cells.cli.http_server import HttpServer
from nova_cells.cli.metadata import LIMITS
from nova_cells.clients.vendor_data import NoVendorData
from tests.parity.local_networkable import local_nic
from tests.real.lxc.case import LxcCase
from tests.unit.cell.metadata.service import ScriptedSource

SCRIPT = "#!/bin/sh\necho script of $(hostname)\n"


class NetworkTest(LxcCase):
    def serve(self) -> None:
        """The service of the host's local network, with what it knows of this test's machine."""
        source = ScriptedSource()
        nic = self.machine.nics[0]
        source.guests[nic["addresses"][0]["address"]] = self.machine
        place = listening("169.254.169.254", 80, self.ground.hosts[self.host]["namespace"])
        application = MetadataApplication(ByAddress(), Memory(source, NoVendorData(), 1.0))
        server = HttpServer(application, "", 0, 2, inherited=place, limits=LIMITS)
        server.start()
        self.addCleanup(server.stop)

    def in_host(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = ["ip", "netns", "exec", self.ground.hosts[self.host]["namespace"], *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def answers(self, address: str) -> bool:
        return self.in_host("busybox", "ping", "-c", "1", "-W", "1", address).returncode == 0

    def test_address_metadata_and_user_data_come_over_the_local_network(self):
        nic, other = local_nic(7), local_nic(8)
        data = {
            "hostname": "wired",
            "metadata": {"colour": "blue"},
            "user_data": base64.b64encode(SCRIPT.encode()).decode(),
        }
        self.machine = self.make_machine(nics=[nic], guest_data=data)
        self.serve()
        uuid = self.running()
        text = self.says("script ended with 0")
        address = nic["addresses"][0]["address"]
        for line in (
            f"{address}/24 mac {nic['mac']}",
            f"guest: instance {uuid} from metadata service",
            "guest: hostname wired",
            "guest: metadata colour=blue",
            "script of wired",
        ):
            self.assertIn(line, text)
        self.assertTrue(self.answers(address))
        self._is_filtered(nic)
        self._comes_and_goes(other)

    def _is_filtered(self, nic) -> None:
        """Frames with another MAC or another sender's address go nowhere."""
        rules = self.in_host("ebtables", "-t", "nat", "-L").stdout
        self.assertRegex(rules, rf"--ip-src ! {nic['addresses'][0]['address']} -j DROP")
        self.assertRegex(rules, rf"-s ! {nic['mac']} -j DROP")

    def _comes_and_goes(self, nic) -> None:
        """A second interface is seen by the container, and works at its next start."""
        self.driver.attach_nic(self.machine, nic)
        self.driver.reboot(self.machine.uuid, hard=True)
        self.says(f"mac {nic['mac']}")
        self.driver.detach_nic(self.machine.uuid, nic["mac"])
        [link] = self.driver.links()
        self.assertEqual({self.machine.nics[0]["mac"]}, set(link.guests))
