# SPDX-License-Identifier: Apache-2.0
"""A libvirtd that dies under containers, and agents that are killed while they work on one."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import (
    DriverRefused,
    HypervisorUnreachable,
    MachineUnknown,
    PowerState,
)
from tests.real.dying import killed_while
from tests.real.ground import HOSTS, hosts_tool
from tests.real.lxc.case import LxcCase

AGENT = "tests.real.lxc.short_lived_agent"
STRANGER = """<domain type='lxc'><name>stranger</name><uuid>{uuid}</uuid>
<memory unit='MiB'>16</memory><vcpu>1</vcpu><os><type arch='x86_64'>exe</type>
<init>/bin/sleep</init><initarg>600</initarg></os></domain>"""


class DeadDaemonTest(LxcCase):
    host = "hv2"

    def tearDown(self) -> None:
        self.revive()
        super().tearDown()

    def revive(self) -> None:
        hosts_tool(self.ground.folder, "up", str(len(HOSTS)), "--names", ",".join(HOSTS))

    def test_containers_run_on_and_are_known_again_when_it_is_back(self):
        uuid = self.running()
        self.says("login:")
        folder = Path(self.ground.hosts[self.host]["state_dir"])
        pid = int((folder / "libvirtd.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        while _command(pid).startswith(b"libvirtd"):
            time.sleep(0.01)
        for call in (
            lambda: self.driver.power_state(uuid),
            lambda: self.driver.define(self.make_machine()),
        ):
            self.assertRaises(HypervisorUnreachable, call)
        self.revive()
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        self.driver.reboot(uuid, hard=True)
        self.says("login:", times=2)
        self.driver.destroy(uuid)
        self.assertEqual(set(), self.files() & {uuid})


class KilledAgentTest(LxcCase):
    def test_what_a_killed_agent_left_is_finished_by_the_next(self):
        for milliseconds in (0, 20, 60, 120, 250):
            with self.subTest(milliseconds=milliseconds):
                self.machine = self.make_machine(config_drive=True, image=self.uncached_image())
                self.do_and_die("define", milliseconds)
                self.assertEqual(self.driver.machines(), set(self.driver.power_states()))
                self.driver.define(self.machine)
                self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(self.machine.uuid))
                self.assertTrue((self.tree() / "empty").exists())
                self.driver.destroy(self.machine.uuid)
                self.assert_nothing_left()

    def test_a_rebuild_a_copy_and_a_destroy_are_finished_too(self):
        self.driver.define(self.machine)
        for milliseconds in (5, 30, 80):
            self.do_and_die("rebuild", milliseconds)
            self.driver.rebuild(self.machine)
        uuid = self.running()
        self.says("login:")
        for milliseconds in (10, 25, 40):
            self.do_and_die("capture", milliseconds)
            self.driver.drop_capture(uuid, "copy")
            self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        self.do_and_die("destroy", 20)
        self.driver.destroy(uuid)
        self.assert_nothing_left()

    def do_and_die(self, work: str, milliseconds: int) -> None:
        """Another agent of the same state folder begins and is killed so much later."""
        killed_while(self, work, milliseconds / 1000, agent=AGENT)

    def assert_nothing_left(self) -> None:
        self.assertEqual(set(), self.driver.machines())
        self.assertEqual(set(), self.files())
        self.assertEqual([], list((self.ground.folder / "cache").glob("*/*.part")))


class StrangersTest(LxcCase):
    def test_somebody_elses_container_is_left_as_it_is(self):
        stranger = self.connection().defineXML(STRANGER.format(uuid=self.machine.uuid))
        self.addCleanup(stranger.undefine)
        uuid, text = self.machine.uuid, stranger.XMLDesc()
        self.assertEqual((set(), {}), (self.driver.machines(), self.driver.power_states()))
        self.assertEqual(PowerState.NOSTATE, self.driver.power_state(uuid))
        self.driver.set_power(uuid, on=False)
        self.driver.destroy(uuid)
        self.assertRaises(MachineUnknown, self.driver.reboot, uuid, hard=True)
        self.assertRaises(DriverRefused, self.driver.define, self.machine)
        self.assertEqual(text, stranger.XMLDesc())
        self.assertEqual(set(), self.files())


def _command(pid: int) -> bytes:
    """What a process was started as; nothing of one that ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""
