# SPDX-License-Identifier: Apache-2.0
"""Real servers change host and size with their disks; what they leave is looked for on hosts."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import PowerState
from nova_cells.cell.compute.drivers.libvirt.overlays import backing, virtual_size
from tests.real.cloud_case import RealCloudCase
from tests.real.ground import ground
from tests.real.marks_in_disks import has_mark, write_mark

GIB = 1 << 30


class MoveCase(RealCloudCase):
    def disk(self, host):
        return self.cloud.machine_folder(host, self.uuid) / "root.qcow2"

    def stopped_with_mark(self):
        """On hv1, off, a mark in its disk."""
        self.uuid = self.cloud.boot("hv1")
        self.cloud.act(self.uuid, "stop")
        write_mark(self.disk("hv1"))

    def assertNothingOn(self, host):
        self.assertEqual(set(), self.cloud.driver(host).machines())
        self.assertFalse(self.cloud.machine_folder(host, self.uuid).exists())

    def assertMovesTo(self, there, **arguments):
        kind = "resize" if "flavor" in arguments else "migrate"
        server = self.cloud.act(self.uuid, kind, **arguments)
        self.assertEqual(("resized", there), (server.vm_state, server.host), server.fault)

    def assertRests(self, host, vm_state="stopped"):
        server = self.cloud.show(self.uuid)
        self.assertEqual((vm_state, host), (server.vm_state, server.host), server.fault)


class OnTwoHostsTest(MoveCase):
    def test_a_server_moves_back_and_grows_and_stays_and_runs(self):
        self.stopped_with_mark()
        self.assertMovesTo("hv2")
        self.assertTrue(has_mark(self.disk("hv2")))
        self.assertTrue(self.disk("hv1").exists(), "kept until it is confirmed")
        self.cloud.act(self.uuid, "revert_resize")
        self.assertRests("hv1")
        self.assertNothingOn("hv2")
        self.assertTrue(has_mark(self.disk("hv1")))
        large = self.cloud.flavor(root_gb=2, memory_mb=160, ephemeral_gb=1, swap_mb=8)
        self.assertMovesTo("hv2", flavor=large.document(), host="hv2")
        self.cloud.act(self.uuid, "confirm_resize")
        self.assertRests("hv2")
        self.assertNothingOn("hv1")
        self.assertTrue(has_mark(self.disk("hv2")))
        self.assertEqual(2 * GIB, virtual_size(self.disk("hv2")))
        names = {path.name for path in self.disk("hv2").parent.iterdir()}
        self.assertLessEqual({"ephemeral0.raw", "swap.raw"}, names)
        self.assertFalse([name for name in names if "part" in name or name[:4] in ("sent", "inco")])
        self.cloud.act(self.uuid, "start")
        self.assertEqual(PowerState.RUNNING, self.cloud.driver("hv2").power_state(self.uuid))

    def test_a_disk_that_would_shrink_is_refused_and_the_server_stays(self):
        self.uuid = self.cloud.boot("hv1", root_gb=2)
        self.cloud.act(self.uuid, "stop")
        small = self.cloud.flavor(root_gb=1)
        for host in ("hv2", "hv1"):
            self.cloud.cell.update_host("hv2", {"enabled": host == "hv2"})
            server = self.cloud.act(self.uuid, "resize", flavor=small.document())
            self.assertIn("can't be made smaller", server.fault.message)
            self.assertEqual(("stopped", "hv1"), (server.vm_state, server.host))
        self.assertEqual(set(), self.cloud.driver("hv2").machines())
        self.assertEqual(2 * GIB, virtual_size(self.disk("hv1")))


class InPlaceTest(MoveCase):
    def test_a_server_grows_where_it_is_and_has_its_old_disk_back(self):
        self.stopped_with_mark()
        self.cloud.cell.update_host("hv2", {"enabled": False})
        large = self.cloud.flavor(root_gb=2, ephemeral_gb=1).document()
        self.assertMovesTo("hv1", flavor=large)
        kept = self.disk("hv1").parent / "old-size"
        self.assertTrue(has_mark(kept / "root.qcow2"))
        self.assertEqual(2 * GIB, virtual_size(self.disk("hv1")))
        self.cloud.act(self.uuid, "revert_resize")
        self.assertRests("hv1")
        self.assertEqual(GIB, virtual_size(self.disk("hv1")))
        self.assertTrue(has_mark(self.disk("hv1")))
        self.assertFalse((kept.parent / "ephemeral0.raw").exists())
        self.assertMovesTo("hv1", flavor=large)
        self.cloud.act(self.uuid, "confirm_resize")
        self.assertFalse(kept.exists())
        self.assertTrue(has_mark(self.disk("hv1")))


class SharedStorageTest(MoveCase):
    """Both hosts have the folder of guests' disks on the same storage."""

    def setUp(self):
        self.shared = Path(tempfile.mkdtemp(dir=ground().folder))
        self.addCleanup(shutil.rmtree, self.shared)
        self.options = {"libvirt": {"instances_path": str(self.shared)}}
        super().setUp()

    def disk(self, host):
        return self.shared / self.uuid / "root.qcow2"

    def notes(self):
        return {path.name for path in self.disk("").parent.glob("machine*.json")}

    def test_nothing_is_copied_and_neither_host_takes_the_disk_away(self):
        self.stopped_with_mark()
        before = self.disk("").stat().st_ino
        self.assertMovesTo("hv2")
        self.assertEqual(before, self.disk("").stat().st_ino)
        self.assertEqual({"machine.hv1.json", "machine.hv2.json"}, self.notes())
        self.cloud.act(self.uuid, "revert_resize")
        self.assertRests("hv1")
        self.assertTrue(has_mark(self.disk("")))
        self.assertEqual({"machine.hv1.json"}, self.notes())
        self.assertMovesTo("hv2")
        self.cloud.act(self.uuid, "confirm_resize")
        self.assertEqual({"machine.hv2.json"}, self.notes())
        self.assertTrue(has_mark(self.disk("")))
        self.assertEqual(set(), self.cloud.driver("hv1").machines())
        self.cloud.act(self.uuid, "delete")
        self.assertEqual([], list(self.shared.iterdir()))


class SharedDisksOwnCachesTest(MoveCase):
    """The disks are shared, the images they are based on are not."""

    def setUp(self):
        self.shared, cache = (Path(tempfile.mkdtemp(dir=ground().folder)) for _ in range(2))
        for path in (self.shared, cache):
            self.addCleanup(shutil.rmtree, path)
        self.options = {"libvirt": {"instances_path": str(self.shared)}}
        self.of_host = {"hv2": {"image_cache": {"directory": str(cache)}}}
        super().setUp()

    def disk(self, host):
        return self.shared / self.uuid / "root.qcow2"

    def test_a_disk_that_moves_leans_on_nothing_that_only_one_host_has(self):
        self.stopped_with_mark()
        self.assertIsNotNone(backing(self.disk("hv1")))
        self.assertMovesTo("hv2")
        self.assertIsNone(backing(self.disk("hv2")))
        self.assertTrue(has_mark(self.disk("hv2")))
        self.cloud.act(self.uuid, "revert_resize")
        self.cloud.act(self.uuid, "start")
        self.assertRests("hv1", "active")
        self.assertEqual([], list(self.disk("hv1").parent.glob("*.part")))
