# SPDX-License-Identifier: Apache-2.0
"""Disks on their way from one real host to another, and all that may become of them there."""

from __future__ import annotations

import os
import resource
import shutil
import signal
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import (
    Cancelled,
    DriverFailed,
    DriverRefused,
    ImageUnusable,
    MachineUnknown,
    OutOfSpace,
    PowerState,
    Surroundings,
)
from nova_cells.cell.compute.drivers.libvirt import make_drivers
from tests.real.case import RealDriverCase
from tests.real.ground import HOSTS, hosts_tool
from tests.real.marks_in_disks import has_mark, write_mark

MIB = 1 << 20


class NoImages:
    """An image service that has lost the image."""

    def chunks(self, image_id):
        raise ImageUnusable(f"Image {image_id} is gone.")


class TransportTest(RealDriverCase):
    def setUp(self):
        super().setUp()
        self.machine = self.make_machine(ephemeral_gb=1)
        self.addCleanup(self.driver.destroy, self.machine.uuid)
        self.driver.define(self.machine)
        self.there = self.destination(self.state / "neighbour")

    def destination(self, state, cache=None, images=None):
        conf = self.make_conf()
        if cache is not None:
            conf.set_override("directory", str(cache), group="image_cache")
        surroundings = Surroundings(("hv2",), state, images or self.ground.images)
        driver = make_drivers(conf, surroundings)["hv2"]
        driver.adopt(self.deployment)
        self.addCleanup(driver.close)
        self.addCleanup(driver.destroy, self.machine.uuid)
        self.there_folder = state / "libvirt" / "hv2" / "instances" / self.machine.uuid
        return driver

    @property
    def here(self):
        return self.state / "libvirt" / "hv1" / "instances" / self.machine.uuid

    def fill(self, megabytes):
        """Give the ephemeral disk content that no file system can leave out."""
        with (self.here / "ephemeral0.raw").open("r+b") as stream:
            stream.seek(300 * MIB)
            for _ in range(megabytes):
                stream.write(os.urandom(MIB))

    def send(self, progress=None):
        self.driver.send(self.machine.uuid, self.ticket(), progress)

    def ticket(self):
        return self.there.receive(self.machine)

    def parts(self):
        return {path.name for path in self.there_folder.glob("*.part")}

    def test_a_disk_without_its_image_there_travels_whole(self):
        write_mark(self.here / "root.qcow2")
        self.there = self.destination(self.state / "alone", self.state / "no-cache", NoImages())
        self.send()
        self.there.take_over(self.machine)
        self.assertTrue(has_mark(self.there_folder / "root.qcow2"))
        self.assertFalse(
            (self.state / "no-cache").exists()
            and any(path.suffix == ".json" for path in (self.state / "no-cache").iterdir())
        )
        self.assertEqual([], list(self.here.glob("*.part")))
        self.there.set_power(self.machine.uuid, on=True)
        self.assertEqual(PowerState.RUNNING, self.there.power_state(self.machine.uuid))

    def test_content_holes_and_size_arrive_in_little_memory(self):
        self.fill(160)
        told, before = [], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self.send(told.append)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        self.assertLess(grown, 64 << 10, "KiB")
        self.there.take_over(self.machine)
        mine, theirs = self.here / "ephemeral0.raw", self.there_folder / "ephemeral0.raw"
        self.assertEqual(mine.stat().st_size, theirs.stat().st_size)
        self.assertLess(theirs.stat().st_blocks * 512, 400 * MIB, "holes stay holes")
        with mine.open("rb") as one, theirs.open("rb") as other:
            for place in (0, 299 * MIB, 300 * MIB, 459 * MIB):
                one.seek(place), other.seek(place)
                self.assertEqual(one.read(MIB), other.read(MIB))
        self.assertEqual(sorted(told), told)
        self.assertGreater(len(set(told)), 20)

    def test_one_that_is_called_off_leaves_nothing_and_may_be_sent_again(self):
        self.fill(8)

        def stop(percent):
            if percent > 30:
                raise Cancelled("not wanted any more")

        with self.assertRaises(Cancelled):
            self.send(stop)
        with self.assertRaises(MachineUnknown):
            self.there.take_over(self.machine)
        self.send()
        self.there.take_over(self.machine)
        self.assertEqual(set(), self.parts())

    def test_a_disk_damaged_on_its_way_is_not_taken(self):
        self.send()
        with (self.there_folder / "root.qcow2.part").open("r+b") as stream:
            stream.seek(100)
            stream.write(b"oops")
        with self.assertRaises(DriverFailed):
            self.there.take_over(self.machine)
        self.assertEqual(PowerState.NOSTATE, self.there.power_state(self.machine.uuid))
        self.send()
        self.there.take_over(self.machine)

    def test_a_destination_without_room_says_so_and_is_empty_afterwards(self):
        self.fill(40)
        small = self.ground.folder / "small" / "state"
        self.addCleanup(shutil.rmtree, small, ignore_errors=True)
        self.there = self.destination(small)
        with self.assertRaises(OutOfSpace):
            self.send()
        self.there.destroy(self.machine.uuid)
        self.assertFalse(self.there_folder.exists())
        self.driver.set_power(self.machine.uuid, on=True)

    def test_a_destination_that_vanishes_in_the_middle_fails_the_copy_in_passing(self):
        self.fill(40)
        self.addCleanup(self.revive)

        def vanish(percent):
            if percent > 20:
                os.kill(self.daemon("hv2"), signal.SIGKILL)

        with self.assertRaises(DriverFailed):
            self.send(vanish)
        self.driver.set_power(self.machine.uuid, on=True)
        self.driver.set_power(self.machine.uuid, on=False)
        self.revive()
        self.send()
        self.there.take_over(self.machine)
        self.there.destroy(self.machine.uuid)
        self.assertFalse(self.there_folder.exists())

    def test_a_ticket_of_somebody_else_opens_nothing(self):
        ticket = self.ticket()
        for change in ({"nonce": "0" * 32}, {"folder": str(self.ground.folder)}):
            with self.assertRaises(DriverRefused):
                self.driver.send(self.machine.uuid, {**ticket, **change})

    def daemon(self, host):
        folder = Path(self.ground.hosts[host]["state_dir"])
        return int((folder / "libvirtd.pid").read_text().split()[0])

    def revive(self):
        hosts_tool(self.ground.folder, "up", str(len(HOSTS)), "--names", ",".join(HOSTS))
