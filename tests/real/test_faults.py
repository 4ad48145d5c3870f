# SPDX-License-Identifier: Apache-2.0
"""A libvirtd that dies, a guest that does not listen, a full disk, an agent that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from oslo_config import cfg

from nova_cells.cell.compute.drivers.interface import (
    DriverFailed,
    HypervisorUnreachable,
    OutOfSpace,
    PowerState,
)
from tests.real.case import RealDriverCase
from tests.real.dying import killed_while
from tests.real.ground import HOSTS, hosts_tool


class DeadDaemonTest(RealDriverCase):
    host = "hv2"

    def tearDown(self) -> None:
        self.revive()
        super().tearDown()

    def revive(self) -> None:
        hosts_tool(self.ground.folder, "up", str(len(HOSTS)), "--names", ",".join(HOSTS))

    def daemon(self) -> int:
        folder = Path(self.ground.hosts[self.host]["state_dir"])
        return int((folder / "libvirtd.pid").read_text().split()[0])

    def make_conf(self) -> cfg.ConfigOpts:
        conf = super().make_conf()
        conf.set_override("call_keepalive", 1.0, group="libvirt")
        return conf

    def test_a_daemon_that_hangs_is_noticed_and_used_again_when_it_goes_on(self):
        uuid = self.running()
        os.kill(self.daemon(), signal.SIGSTOP)
        try:
            for _ in range(2):
                began = time.monotonic()
                with self.assertRaises(HypervisorUnreachable):
                    self.driver.power_state(uuid)
                self.assertLess(time.monotonic() - began, 30.0)
        finally:
            os.kill(self.daemon(), signal.SIGCONT)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def kill_daemon(self) -> None:
        pid = self.daemon()
        os.kill(pid, signal.SIGKILL)
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.01)

    def test_calls_fail_in_passing_and_work_again_when_it_is_back(self):
        uuid = self.running()
        self.kill_daemon()
        with self.assertRaises(HypervisorUnreachable):
            self.driver.power_state(uuid)
        with self.assertRaises(HypervisorUnreachable):
            self.driver.define(self.make_machine())
        self.revive()
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        self.driver.destroy(uuid)
        self.assertEqual(set(), self.files() & {uuid})

    def test_a_daemon_that_dies_in_the_middle_of_a_call(self):
        uuid, pid = self.running(), self.daemon()
        for call in (
            lambda: self.driver.reboot(uuid, hard=True),
            lambda: self.driver.define(self.machine),
            lambda: self.driver.destroy(uuid),
        ):
            os.kill(pid, signal.SIGSTOP)
            with ThreadPoolExecutor(1) as pool:
                asked = pool.submit(call)
                time.sleep(0.3)
                self.kill_daemon()
                self.assertIsInstance(asked.exception(self.patience), DriverFailed)
            self.revive()
            call()
            pid = self.daemon()
        self.assertEqual(set(), self.files() & {uuid})
        self.assertNotIn(uuid, self.driver.machines())


class StubbornGuestTest(RealDriverCase):
    """A guest that has no system yet, as one that crashed, hears no power button."""

    soft_reboot_timeout = 1.0

    def test_one_that_ignores_its_power_button_is_switched_off_or_on_anyway(self):
        uuid = self.running()
        self.assertFalse(self.driver.shut_down(uuid, 1.0))
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        self.driver.reboot(uuid, hard=False)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        self.driver.set_power(uuid, on=False)
        self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(uuid))


class FullDiskTest(RealDriverCase):
    """The state folder is a file system of a few hundred KiB."""

    def setUp(self):
        super().setUp()
        mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "full", str(self.state)]
        subprocess.run(mount, check=True)
        self.addCleanup(subprocess.run, ["umount", str(self.state)], check=True)

    def test_a_machine_that_has_no_room_fails_readably_and_leaves_nothing(self):
        machine = self.make_machine(config_drive=True, swap_mb=8)
        (self.state / "ballast").write_bytes(bytes(150 << 10))
        with self.assertRaises(OutOfSpace):
            self.driver.define(machine)
        self.driver.destroy(machine.uuid)
        self.assertEqual((set(), set()), (self.files(), self.driver.machines()))
        (self.state / "ballast").unlink()
        small = self.make_machine()
        self.driver.define(small)
        self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(small.uuid))
        self.driver.destroy(small.uuid)
        self.assertEqual(set(), self.files())


class KilledAgentTest(RealDriverCase):
    def test_what_a_killed_agent_left_is_finished_by_the_next(self):
        for milliseconds in (0, 5, 20, 40, 60, 90, 130):
            with self.subTest(milliseconds=milliseconds):
                self.machine = self.make_machine(ephemeral_gb=1, swap_mb=8, config_drive=True)
                self.addCleanup(self.driver.destroy, self.machine.uuid)
                killed_while(self, "define", milliseconds / 1000)
                self.driver.define(self.machine)
                self.assert_finished()

    def test_what_a_killed_agent_left_is_seen_and_taken_away(self):
        for milliseconds in (5, 40, 120):
            self.machine = self.make_machine(config_drive=True)
            killed_while(self, "define", milliseconds / 1000)
            uuid = self.machine.uuid
            self.assertTrue(uuid in self.driver.machines() or uuid not in self.files())
            self.assertEqual(self.driver.machines(), set(self.driver.power_states()))
            self.driver.destroy(uuid)
            self.assertEqual(set(), self.files())
            self.assertEqual(set(), self.driver.machines())

    def assert_finished(self) -> None:
        uuid = self.machine.uuid
        self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(uuid))
        folder = next(self.state.glob(f"libvirt/*/instances/{uuid}"))
        self.assertEqual([], list(folder.glob("*.part")))
        check = ["qemu-img", "check", "-q", "-f", "qcow2", str(folder / "root.qcow2")]
        subprocess.run(check, check=True)
        self.driver.set_power(uuid, on=True)
        self.driver.set_power(uuid, on=False)
