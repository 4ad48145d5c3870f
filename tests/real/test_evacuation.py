# SPDX-License-Identifier: Apache-2.0
"""A real host dies and its servers get a new home; when it comes back it only clears up."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import PowerState
from tests.real.cloud_case import RealCloudCase
from tests.real.ground import ground
from tests.real.host_power import power_off, power_on
from tests.real.marks_in_disks import has_mark, write_mark


class EvacuationCase(RealCloudCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(power_on, self.cloud, "hv1")

    def evacuated(self):
        self.cloud.cell.update_host("hv1", {"forced_down": True})
        server = self.cloud.act(self.uuid, "evacuate")
        self.assertEqual(("active", "hv2"), (server.vm_state, server.host), server.fault)
        self.assertEqual(1, server.home_generation)

    def left_of_it(self):
        driver = self.cloud.driver("hv1")
        return driver.machines() | {str(path) for path in self.folders() if path.exists()}

    def folders(self):
        return [self.cloud.machine_folder("hv1", self.uuid)]

    def assertClearedUp(self):
        self.cloud.until(lambda: not self.left_of_it(), "hv1 cleared up")
        running = self.cloud.driver("hv2").power_state(self.uuid)
        self.assertEqual(PowerState.RUNNING, running)
        records = self.cloud.cell.migrations("", 10)
        self.cloud.until(
            lambda: self.cloud.cell.migrations("", 10)[0].status == "completed", "completed"
        )
        self.assertEqual(["evacuation"], [record.migration_type for record in records])


class OwnDisksTest(EvacuationCase):
    options = {"compute": {"resume_guests_state_on_host_boot": True}}

    def test_a_host_that_returns_starts_nothing_and_clears_up(self):
        self.uuid = self.cloud.boot("hv1")
        power_off(self.cloud, "hv1")
        self.evacuated()
        starts = self.starts_on_hv1()
        power_on(self.cloud, "hv1")
        self.assertClearedUp()
        self.assertEqual([], starts())

    def starts_on_hv1(self):
        """What QEMU's log of the guest on hv1 says of starts from now on."""
        log = Path(self.ground.hosts["hv1"]["state_dir"]) / "log" / "qemu"
        file = log / f"instance-{self.uuid}.log"
        before = file.read_text().count("starting up") if file.exists() else 0

        def since():
            count = file.read_text().count("starting up") if file.exists() else before
            return ["started"] * (count - before)

        return since

    def test_a_guest_that_ran_on_is_ended_when_its_host_hears_its_cell_again(self):
        self.uuid = self.cloud.boot("hv1")
        driver = self.cloud.driver("hv1")
        self.cloud.stop_agent("hv1")
        self.assertEqual(PowerState.RUNNING, driver.power_state(self.uuid))
        self.evacuated()
        self.cloud.start_agent("hv1")
        self.assertClearedUp()
        self.cloud.cell.update_host("hv1", {"forced_down": False})


class SharedDisksTest(EvacuationCase):
    def setUp(self):
        self.shared = Path(tempfile.mkdtemp(dir=ground().folder))
        self.addCleanup(shutil.rmtree, self.shared)
        self.options = {"libvirt": {"instances_path": str(self.shared)}}
        super().setUp()

    def folders(self):
        return [self.shared / self.uuid / "machine.hv1.json"]

    def test_the_disk_is_kept_and_the_old_host_lets_it_be(self):
        self.uuid = self.cloud.boot("hv1")
        self.cloud.act(self.uuid, "stop")
        disk = self.shared / self.uuid / "root.qcow2"
        write_mark(disk)
        self.cloud.act(self.uuid, "start")
        power_off(self.cloud, "hv1")
        self.evacuated()
        power_on(self.cloud, "hv1")
        self.assertClearedUp()
        self.cloud.act(self.uuid, "stop")
        self.assertTrue(has_mark(disk))
        self.cloud.act(self.uuid, "delete")
        self.assertEqual([], list(self.shared.iterdir()))
