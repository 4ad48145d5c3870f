# SPDX-License-Identifier: Apache-2.0
"""What becomes of a running guest's disks when it goes to another host: copied, or shared."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import DriverRefused, PowerState
from tests.real.case import RealDriverCase
from tests.real.ground import ground
from tests.real.marks_in_disks import has_mark, write_mark

MARK, PLACE = b"what is nowhere else", 4 << 20


class LiveCase(RealDriverCase):
    def setUp(self):
        super().setUp()
        self.other = self.make_neighbour()
        self.other.adopt(self.deployment)
        self.addCleanup(self.other.close)
        self.addCleanup(self.other.destroy, self.machine.uuid)

    def goes(self):
        uuid = self.machine.uuid
        ticket = self.other.prepare_incoming(self.machine)
        self.driver.live_migrate(uuid, ticket, lambda _: False)
        self.other.finish_incoming(self.machine)
        self.driver.forget_departed(uuid)
        states = (self.driver.power_state(uuid), self.other.power_state(uuid))
        self.assertEqual((PowerState.NOSTATE, PowerState.RUNNING), states)
        self.assertEqual(set(), self.driver.machines())

    def folder(self, driver):
        return driver._folders.of(self.machine.uuid)


class CopiedTest(LiveCase):
    """A guest with every kind of disk; swap and ephemeral disks hold what is nowhere else."""

    def make_machine(self, **changes):
        more = {"ephemeral_gb": 1, "swap_mb": 8, "config_drive": True, **changes}
        return super().make_machine(**more)

    def test_every_disk_comes_along(self):
        self.driver.define(self.machine)
        here = self.folder(self.driver)
        write_mark(here.root)
        for disk in (here.ephemeral(0), here.swap):
            with disk.open("r+b") as stream:
                stream.seek(PLACE)
                stream.write(MARK)
        drive = here.config_drive.read_bytes()
        self.driver.set_power(self.machine.uuid, on=True)
        self.goes()
        there = self.folder(self.other)
        self.other.set_power(self.machine.uuid, on=False)
        self.assertTrue(has_mark(there.root))
        for disk in (there.ephemeral(0), there.swap):
            self.assertIn(MARK, disk.read_bytes()[PLACE : PLACE + 512], disk.name)
        self.assertEqual(drive, there.config_drive.read_bytes())
        self.assertFalse(here.path.exists())
        self.assertLess(there.ephemeral(0).stat().st_blocks * 512, 64 << 20, "it has no holes")

    def test_a_disk_whose_image_is_gone_comes_as_a_whole(self):
        self.driver.define(self.machine)
        write_mark(self.folder(self.driver).root)
        self.driver.set_power(self.machine.uuid, on=True)
        unknown = self.machine.image.replace(hash_value=None, checksum=None)
        self.machine = self.machine.replace(image=unknown)
        self.goes()
        self.other.set_power(self.machine.uuid, on=False)
        self.assertIsNone(self.folder(self.other).base())
        self.assertTrue(has_mark(self.folder(self.other).root))


class SharedTest(LiveCase):
    """Both hosts have the folder of guests' disks on the same storage."""

    def setUp(self):
        self.shared = Path(tempfile.mkdtemp(dir=ground().folder))
        self.addCleanup(shutil.rmtree, self.shared)
        super().setUp()

    def make_conf(self):
        conf = super().make_conf()
        conf.set_override("instances_path", str(self.shared), group="libvirt")
        return conf

    def files(self):
        return {path.name for path in self.folder(self.driver).path.iterdir()}

    def test_nothing_is_copied_and_nothing_is_lost(self):
        self.running()
        root = self.folder(self.driver).root
        before = root.stat().st_ino
        self.goes()
        self.assertEqual(before, root.stat().st_ino)
        self.assertEqual({"console.log", "machine.hv2.json", "root.qcow2"}, self.files())

    def test_one_that_is_refused_keeps_its_disks(self):
        uuid = self.running()
        ticket = self.other.prepare_incoming(self.machine)
        self.assertFalse(self.other.refuse_incoming(uuid))
        with self.assertRaises(DriverRefused):
            self.driver.live_migrate(uuid, ticket, lambda _: False)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        self.assertEqual({"console.log", "machine.hv1.json", "root.qcow2"}, self.files())
