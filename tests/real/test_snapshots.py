# SPDX-License-Identifier: Apache-2.0
"""Copies of real disks: whole, of one moment, without other files; and what breaks into them."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
import tracemalloc
from pathlib import Path
from unittest import mock

import libvirt
from oslo_config import cfg

from nova_cells.cell.compute.drivers.interface import (
    DriverFailed,
    DriverRefused,
    OutOfSpace,
    PowerState,
)
from nova_cells.cell.compute.drivers.libvirt import quiesce, snapshot
from nova_cells.clients.images.local_store import LocalStore
from nova_cells.objects import ImageFacts
from nova_cells.runtime.context import RequestContext
from tests.real.case import BANNER, RealDriverCase
from tests.real.dying import killed_while

MIB = 1 << 20


class SnapshotCase(RealDriverCase):
    options: dict[str, object] = {}

    def make_conf(self) -> cfg.ConfigOpts:
        conf = super().make_conf()
        for name, value in self.options.items():
            conf.set_override(name, value, group="libvirt")
        return conf

    @property
    def folder(self) -> Path:
        (found,) = self.state.glob(f"libvirt/*/instances/{self.machine.uuid}")
        return found

    def captures(self) -> list[Path]:
        return sorted(self.folder.glob("capture-*"))

    def info(self, path: Path) -> dict:
        told = subprocess.check_output(["qemu-img", "info", "-U", "--output=json", str(path)])
        return json.loads(told)

    def domain(self) -> libvirt.virDomain:
        return self.connection().lookupByUUIDString(self.machine.uuid)

    def assert_no_job(self) -> None:
        self.assertEqual(libvirt.VIR_DOMAIN_JOB_NONE, self.domain().jobStats().get("type", 0))


class SnapshotTest(SnapshotCase):
    def test_a_running_guests_copy_boots_as_another_guest(self):
        uuid = self.running()
        self.banner()
        self.driver.capture(self.machine, "copy")
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        (copy,) = self.captures()
        told = self.info(copy)
        self.assertEqual("qcow2", told["format"])
        self.assertNotIn("backing-filename", told)
        self.assertEqual(1 << 30, told["virtual-size"])
        subprocess.run(["qemu-img", "check", "-q", "-f", "qcow2", str(copy)], check=True)
        image = self.uploaded("copy")
        self.driver.set_power(uuid, on=False)
        self.machine = self.make_machine(image=image)
        self.running()
        self.assertIn(BANNER, self.banner())

    def uploaded(self, name: str) -> ImageFacts:
        store = LocalStore(self.ground.images.directory)
        facts = ImageFacts(id=self.machine.uuid, name="copy")
        store.create(RequestContext(project_id="p"), facts)
        pieces = self.driver.captured(self.machine.uuid, name)
        return store.upload(facts.id, self.driver.capture_format, pieces)

    def test_a_suspended_and_a_held_guest_are_copied_as_they_are(self):
        uuid = self.running()
        self.driver.pause(uuid)
        self.driver.capture(self.machine, "held")
        self.assertEqual(PowerState.PAUSED, self.driver.power_state(uuid))
        self.driver.unpause(uuid)
        self.driver.suspend(uuid)
        self.driver.capture(self.machine, "away")
        self.assertTrue(self.domain().hasManagedSaveImage())
        (copy,) = self.captures()
        self.assertNotIn("backing-filename", self.info(copy))

    def test_what_is_uploaded_takes_no_memory(self):
        self.machine = self.make_machine()
        self.driver.define(self.machine)
        self.driver.capture(self.machine, "large")
        (copy,) = self.captures()
        with copy.open("r+b") as stream:
            stream.truncate(1 << 30)
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        size = sum(len(piece) for piece in self.driver.captured(self.machine.uuid, "large"))
        self.assertEqual(1 << 30, size)
        self.assertLess(tracemalloc.get_traced_memory()[1], 64 * MIB)


class QuiescedSnapshotTest(SnapshotCase):
    def make_machine(self, **changes):
        image = self.ground.guest.obj_clone()
        image.properties = {**image.properties, **self.wishes}
        return super().make_machine(image=image, **changes)

    wishes = {"hw_qemu_guest_agent": "yes", "os_require_quiesce": "yes"}

    def test_the_guests_file_systems_rest_while_the_moment_is_taken(self):
        self.running()
        self.eventually(lambda: "agent ready" in self.console(), "the agent")
        self.driver.capture(self.machine, "copy")
        words = self.console().partition("guest: freeze")[2]
        self.assertIn("guest: thaw", words)
        self.assertEqual([], list(self.folder.glob("frozen")))
        self.left_frozen()
        self.driver.drop_capture(self.machine.uuid, "copy")
        self.eventually(lambda: self.console().count("guest: thaw") == 2, "let go on")
        self.assertEqual([], list(self.folder.glob("frozen")))

    def left_frozen(self):
        """As an agent leaves it that is killed before it has thawed it."""
        self.domain().fsFreeze()
        (self.folder / "frozen").touch()

    def console(self):
        return self.driver.console_output(self.machine.uuid, -1)

    def test_a_guest_whose_agent_does_not_answer_is_not_copied_where_that_is_asked_for(self):
        uuid = self.running()  # it has not come as far as its agent yet
        with mock.patch.object(quiesce, "ANSWER_WITHIN", 1):
            self.assertRaises(DriverFailed, self.driver.capture, self.machine, "copy")
            self.assertEqual([], self.captures())
            self.machine.image.properties = {"hw_qemu_guest_agent": "yes"}
            self.driver.capture(self.machine, "copy")
        self.machine.image.properties = {"os_require_quiesce": "yes"}
        self.assertRaises(DriverRefused, self.driver.capture, self.machine, "other")
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))


class CompressedSnapshotTest(SnapshotCase):
    options = {"snapshot_compression": True}

    def test_a_compressed_copy_is_smaller_and_whole(self):
        self.running()
        self.driver.capture(self.machine, "small")
        (copy,) = self.captures()
        self.assertLess(copy.stat().st_size, 48 * MIB)
        self.assertNotIn("backing-filename", self.info(copy))


class RawSnapshotTest(SnapshotCase):
    options = {"snapshot_image_format": "raw"}

    def test_a_copy_has_the_format_that_was_asked_for(self):
        self.running()
        self.driver.pause(self.machine.uuid)
        self.driver.capture(self.machine, "raw")
        (copy,) = self.captures()
        self.assertEqual(1 << 30, copy.stat().st_size)
        self.assertEqual("raw", self.driver.capture_format)


class BrokenSnapshotTest(SnapshotCase):
    def busy_job(self) -> None:
        """A copy that somebody began and nobody ends: what a killed agent leaves."""
        domain = self.domain()
        target = self.folder / "capture-left.live"
        domain.backupBegin(
            f"<domainbackup mode='push'><disks><disk name='vda' backup='yes' type='file'>"
            f"<target file='{target}'/><driver type='qcow2'/></disk></disks></domainbackup>",
            None,
        )

    def test_what_a_killed_agent_left_is_ended_by_the_next(self):
        uuid = self.running()
        self.busy_job()
        (self.folder / "capture-left.part").touch()
        self.driver.capture(self.machine, "mine")
        self.assertEqual(1, len(self.captures()))
        self.busy_job()
        self.driver.drop_capture(uuid, "left")
        self.assert_no_job()
        self.assertEqual(1, len(self.captures()))
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_an_agent_that_is_killed_in_between(self):
        uuid = self.running()
        for milliseconds in (10, 80, 250, 600):
            killed_while(self, "capture", milliseconds / 1000)
            self.driver.capture(self.machine, f"after {milliseconds}")
            self.assert_no_job()
            self.assertEqual(1, len(self.captures()))
        killed_while(self, "capture", 0.1)
        self.driver.drop_capture(uuid, "copy")
        self.driver.drop_capture(uuid, "after 600")
        self.assert_no_job()
        self.assertEqual([], self.captures())
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_a_guest_that_stops_in_between_is_copied_all_the_same(self):
        uuid = self.running()
        stopper = threading.Thread(target=lambda: self.driver.set_power(uuid, on=False))
        self.driver.capture(self.machine, "copy", lambda _: stopper.is_alive() or _once(stopper))
        if stopper.ident is not None:
            stopper.join()
        (copy,) = self.captures()
        self.assertNotIn("backing-filename", self.info(copy))

    def test_a_disk_that_fills_up_meanwhile_is_told_and_nothing_stays(self):
        disk = SmallDisk(self, self.state / "libvirt" / self.host / "instances", self.host)
        uuid = self.running()
        self.banner()
        with mock.patch.object(snapshot, "_check_room", disk.fill):
            self.assertRaises(OutOfSpace, self.driver.capture, self.machine, "copy")
        self.assertEqual([], self.captures())
        self.assert_no_job()
        disk.empty()
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        self.driver.reboot(uuid, hard=False)
        self.banner(times=2)

    def test_a_disk_that_is_too_small_is_told_before(self):
        SmallDisk(self, self.state / "libvirt" / self.host / "instances", self.host)
        self.driver.define(self.machine)
        with mock.patch.object(snapshot, "ROOM_TO_SPARE", 1 << 40):
            self.assertRaises(OutOfSpace, self.driver.capture, self.machine, "copy")
        self.assertEqual([], self.captures())


def _once(thread: threading.Thread) -> None:
    if thread.ident is None:
        thread.start()


class SmallDisk:
    """A file system of 64 MiB under `place`, which the host's hypervisor sees too."""

    def __init__(self, case: SnapshotCase, place: Path, host: str) -> None:
        self._filler = place / "filler"
        place.mkdir(parents=True)
        image = case.state / "small.ext4"
        with image.open("wb") as stream:
            stream.truncate(64 * MIB)
        run("mkfs.ext4", "-q", "-m", "0", str(image))
        device = run("losetup", "--find", "--show", str(image)).strip()
        case.addCleanup(run, "losetup", "--detach", device)
        daemon = Path(case.ground.hosts[host]["state_dir"]) / "libvirtd.pid"
        there = ("nsenter", "--target", daemon.read_text().split()[0], "--mount")
        for enter in ((), there):
            run(*enter, "mount", device, str(place))
            case.addCleanup(run, *enter, "umount", str(place))
        case.addCleanup(case.driver.destroy, case.machine.uuid)  # before that

    def fill(self, *_: object) -> None:
        """No room for more."""
        with self._filler.open("wb") as stream, contextlib.suppress(OSError):
            while True:
                stream.write(bytes(MIB))

    def empty(self) -> None:
        self._filler.unlink()


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
