# SPDX-License-Identifier: Apache-2.0
"""A real guest is suspended, rescued and rebuilt: seen from its console and its disks."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import PowerState
from tests.real.case import BANNER, RealDriverCase


class ChangesTest(RealDriverCase):
    def disk(self, name):
        domain = self.connection().lookupByUUIDString(self.machine.uuid)
        return domain.blockInfo(name)[0]

    def folder(self):
        (found,) = self.state.glob(f"libvirt/*/instances/{self.machine.uuid}")
        return found

    def inodes(self):
        return (self.folder() / "root.qcow2").stat().st_ino

    def test_a_suspended_guest_goes_on_and_does_not_boot_again(self):
        uuid = self.running()
        self.banner()
        self.driver.suspend(uuid)
        self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(uuid))
        self.driver.resume(uuid)
        self.assertTrue(self.driver.shut_down(uuid, 60.0), "the guest listens again")
        self.assertEqual(1, self.driver.console_output(uuid, -1).count(BANNER))

    def test_a_rescued_guest_boots_from_the_other_disk_beside_its_own(self):
        uuid = self.running()
        self.banner()
        self.driver.rescue(self.machine, self.ground.guest)
        self.banner(times=2)
        self.assertLess(self.disk("vda"), 64 << 20, "as large as the image")
        self.assertEqual(1 << 30, self.disk("vdb"), "as large as the flavor says")
        self.driver.unrescue(self.machine)
        self.assertEqual([], list(self.state.rglob("rescue.qcow2")))
        self.driver.set_power(uuid, on=True)
        self.banner(times=3)
        self.assertEqual(1 << 30, self.disk("vda"))

    def test_a_rebuilt_guest_has_new_disks_of_the_same_sizes(self):
        self.machine = self.make_machine(ephemeral_gb=1)
        uuid = self.running()
        self.banner()
        before = self.inodes()
        with (self.folder() / "root.qcow2").open("rb"):
            self.driver.rebuild(self.machine)
            self.assertNotEqual(before, self.inodes())
        self.driver.set_power(uuid, on=True)
        self.banner(times=2)
        self.assertEqual([1 << 30, 1 << 30], [self.disk("vda"), self.disk("vdb")])
