# SPDX-License-Identifier: Apache-2.0
"""A real guest boots, knows who it is, and goes through its life; nothing of it stays."""

from __future__ import annotations

from pathlib import Path

import libvirt

from nova_cells.cell.compute.drivers.interface import PowerState
from tests.real.case import BANNER, RealDriverCase

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVwZGF0ZWQ= somebody@somewhere"


class BootTest(RealDriverCase):
    def make_machine(self, **changes):
        data = {
            "hostname": "web-1",
            "metadata": {"colour": "green", "size": "two words"},
            "keys": [{"name": "mine", "type": "ssh", "data": KEY}],
            "user_data": "ZWNobyBoaQo=",
        }
        return super().make_machine(config_drive=True, guest_data=data, **changes)

    def test_the_guest_says_what_the_config_drive_told_it(self):
        self.running()
        text = self.banner()
        self.assertIn(BANNER, text)
        self.assertIn("web-1 login:", text)
        for line in (
            "guest: hostname web-1",
            f"guest: instance {self.machine.uuid} from config drive",
            "guest: keys 1",
            "guest: metadata colour=green",
            "guest: metadata size=two words",
            "guest: user data 8 bytes",
        ):
            self.assertIn(line, text)

    def test_stop_start_and_both_reboots(self):
        uuid = self.running()
        self.banner()
        self.driver.reboot(uuid, hard=False)
        self.assertIn("The system is going down NOW!", self.banner(times=2))
        self.driver.reboot(uuid, hard=True)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        self.banner(times=3)
        self.assertTrue(self.driver.shut_down(uuid, 60.0))
        self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(uuid))
        self.driver.set_power(uuid, on=True)
        self.banner(times=4)

    def test_delete_leaves_no_domain_and_no_file(self):
        etc = Path(self.ground.hosts[self.host]["state_dir"]) / "etc"
        before = set(etc.rglob("*"))
        self.machine = self.make_machine(ephemeral_gb=1, swap_mb=64)
        uuid = self.running()
        self.driver.destroy(uuid)
        self.assertEqual(set(), self.files())
        self.assertEqual(before, set(etc.rglob("*")))
        with self.assertRaises(libvirt.libvirtError):
            self.connection().lookupByUUIDString(uuid)

    def test_disks_have_the_sizes_of_the_flavor_and_take_no_room(self):
        self.machine = self.make_machine(root_gb=2, ephemeral_gb=3, swap_mb=64)
        self.driver.define(self.machine)
        domain = self.connection().lookupByUUIDString(self.machine.uuid)
        sizes = [domain.blockInfo(name)[0] for name in ("vda", "vdb", "vdc")]
        self.assertEqual([2 << 30, 3 << 30, 64 << 20], sizes)
        taken = sum(path.stat().st_blocks * 512 for path in self.state.rglob("*.*"))
        self.assertLess(taken, 48 << 20)

    def test_a_root_disk_without_a_size_has_the_images(self):
        self.machine = self.make_machine(root_gb=0)
        self.driver.define(self.machine)
        domain = self.connection().lookupByUUIDString(self.machine.uuid)
        self.assertLess(domain.blockInfo("vda")[0], 64 << 20)
