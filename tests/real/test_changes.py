# SPDX-License-Identifier: Apache-2.0
"""A real guest is suspended, rescued and rebuilt: seen from its console and its disks."""

from __future__ import annotations

import logging
import uuid
from contextlib import suppress
from pathlib import Path

import libvirt

from nova_cells.cell.compute.drivers.interface import DriverFailed, DriverRefused, PowerState
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

    def test_a_password_set_in_a_guest_is_known_to_nobody_else(self):
        secret = f"s3cret-{uuid.uuid4().hex}"
        self.machine = self.with_agent()
        self.machine.admin_password = secret
        self.listening()
        with self.assertLogs(level="DEBUG") as caught:
            logging.getLogger().debug("what the driver logs comes after this")
            self.eventually(self.is_told, "the agent in the guest answers")
        self.eventually(
            lambda: (
                "guest: password of root set" in self.driver.console_output(self.machine.uuid, -1)
            ),
            "the guest has another password",
        )
        told = [*caught.output, *self.command_lines(), self.definition()]
        self.assertNotIn(secret, "".join(told))
        left = [
            path
            for path in self.state.rglob("*")
            if path.is_file() and path.stat().st_size < 1 << 20
        ]
        self.assertEqual([], [path for path in left if secret.encode() in path.read_bytes()])

    def test_without_an_agent_no_password_is_set(self):
        self.running()
        with self.assertRaisesRegex(DriverRefused, "hw_qemu_guest_agent"):
            self.driver.set_password(self.machine)

    def is_told(self):
        with suppress(DriverFailed):
            self.driver.set_password(self.machine)
            return True

    def has_changed(self):
        log = self.driver.console_output(self.machine.uuid, -1)
        return "guest: password of root set" in log

    def command_lines(self):
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                yield file.read_bytes().decode("utf-8", "replace")

    def definition(self):
        domain = self.connection().lookupByUUIDString(self.machine.uuid)
        return domain.XMLDesc(libvirt.VIR_DOMAIN_XML_SECURE)
