# SPDX-License-Identifier: Apache-2.0
"""What dies or is cut off while a guest is on its way: it runs once, and nothing is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import DriverFault, DriverRefused, PowerState
from tests.real.case import RealDriverCase
from tests.real.ground import CHECKOUT, HOSTS, hosts_tool

SLOW = 10  # MiB a second: the journey takes some ten seconds then
HERE, THERE = "hv1", "hv2"
RUNNING = PowerState.RUNNING


class Traveller(threading.Thread):
    """Moves a guest; `moves` is set as soon as bytes flow, `fault` is what the driver raised."""

    def __init__(self, driver, uuid, ticket):
        super().__init__(daemon=True)
        self.moves, self.fault, self.hurry = threading.Event(), None, False
        self._work = (driver, uuid, ticket)
        self.start()

    def run(self):
        driver, uuid, ticket = self._work
        try:
            driver.live_migrate(uuid, ticket, self._look)
        except DriverFault as fault:
            self.fault = fault

    def _look(self, transfer):
        if transfer.memory_processed:
            self.moves.set()
        return self.hurry


class FaultOnTheWayTest(RealDriverCase):
    """Each test begins with a guest that is on its way from hv1 to hv2, slowly."""

    host = HERE

    def make_conf(self):
        conf = super().make_conf()
        conf.set_override("live_migration_bandwidth", SLOW, group="libvirt")
        conf.set_override("call_keepalive", 1.0, group="libvirt")
        return conf

    def setUp(self):
        super().setUp()
        self.other = self.make_neighbour()
        self.other.adopt(self.deployment)
        self.addCleanup(self.other.close)
        self.addCleanup(self.other.destroy, self.machine.uuid)
        self.addCleanup(self.all_well)
        self.uuid = self.running()
        self.banner()  # what has no system yet has no memory to carry either
        self.ticket = self.other.prepare_incoming(self.machine)

    def set_out(self):
        self.traveller = Traveller(self.driver, self.uuid, self.ticket)
        self.assertTrue(self.traveller.moves.wait(self.patience), self.traveller.fault)

    def all_well(self):
        """Both hosts up and connected."""
        hosts_tool(self.ground.folder, "up", str(len(HOSTS)), "--names", ",".join(HOSTS))

    def kill_daemon(self, host):
        folder = Path(self.ground.hosts[host]["state_dir"])
        pid = int((folder / "libvirtd.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.01)

    def hosts(self, *words):
        hosts_tool(self.ground.folder, *words)

    def fault(self):
        """What the driver said of it."""
        self.traveller.join(self.patience)
        self.assertFalse(self.traveller.is_alive(), "it does not end")
        return self.traveller.fault

    def states(self):
        return self.driver.power_state(self.uuid), self.other.power_state(self.uuid)

    def guests(self, host):
        """QEMU processes of the machine in a host's namespace."""
        pids = subprocess.check_output(
            ["ip", "netns", "pids", self.ground.hosts[host]["namespace"]], text=True
        )
        commands = [_command(pid) for pid in pids.split()]
        return sum(1 for command in commands if self.uuid in command and "qemu" in command)

    def assertStaysHere(self):
        """The source has it, the destination nothing; and it can still go."""
        self.assertTrue(self.driver.end_live_migration(self.uuid))
        self.assertFalse(self.other.refuse_incoming(self.uuid))
        self.assertEqual((RUNNING, PowerState.NOSTATE), self.states())
        self.assertEqual((1, 0), (self.guests(HERE), self.guests(THERE)))
        self.assertEqual(set(), self.other.machines())
        self.assertEqual([], list((self.state / "neighbour").glob("libvirt/*/instances/*")))
        names = {path.name for path in self.state.glob(f"libvirt/*/instances/{self.uuid}/*")}
        self.assertEqual({"console.log", "machine.json", "root.qcow2"}, names)

    def assertIsThere(self):
        self.other.finish_incoming(self.machine)
        self.driver.forget_departed(self.uuid)
        self.assertEqual((PowerState.NOSTATE, RUNNING), self.states())
        self.assertEqual((0, 1), (self.guests(HERE), self.guests(THERE)))
        self.assertEqual(set(), self.files())
        folder = next((self.state / "neighbour").glob("libvirt/*/instances/*"))
        names = {path.name for path in folder.iterdir()}
        self.assertEqual({"console.log", "console.log.0", "machine.json", "root.qcow2"}, names)

    def test_the_destinations_libvirt_dies(self):
        self.set_out()
        self.kill_daemon(THERE)
        self.assertIsNotNone(self.fault())
        self.assertEqual(RUNNING, self.driver.power_state(self.uuid))
        self.all_well()
        self.assertStaysHere()

    def test_the_sources_libvirt_dies(self):
        self.set_out()
        self.kill_daemon(HERE)
        self.assertIsNotNone(self.fault())
        self.all_well()
        self.assertStaysHere()

    def test_the_destination_vanishes_with_all_that_runs_there(self):
        self.set_out()
        self.hosts("crash", THERE)
        self.assertIsNotNone(self.fault())
        self.assertEqual(RUNNING, self.driver.power_state(self.uuid))
        self.hosts("start", THERE)
        self.assertStaysHere()

    def test_the_source_vanishes_and_the_destination_is_told_to_refuse(self):
        self.set_out()
        self.hosts("crash", HERE)
        self.assertIsNotNone(self.fault())
        self.assertFalse(self.other.refuse_incoming(self.uuid))
        self.assertEqual(0, self.guests(THERE))
        self.hosts("start", HERE)
        self.assertTrue(self.driver.end_live_migration(self.uuid))
        self.assertEqual((PowerState.SHUTDOWN, PowerState.NOSTATE), self.states())
        self.driver.set_power(self.uuid, on=True)
        self.assertStaysHere()

    def test_the_network_is_cut(self):
        self.set_out()
        self.hosts("cut", THERE)
        self.assertIsNotNone(self.fault())
        self.assertEqual((1, RUNNING), (self.guests(HERE), self.driver.power_state(self.uuid)))
        self.hosts("heal", THERE)
        self.assertStaysHere()

    def test_the_agent_dies_and_the_next_goes_on_with_it(self):
        with self.agent() as child:
            self.eventually(lambda: self.guests(THERE), "it is on its way")
            self.assertEqual("moves\n", child.stdout.readline())
            child.kill()
        self.traveller = Traveller(self.driver, self.uuid, self.ticket)
        self.assertIsNone(self.fault())
        with self.assertRaises(DriverRefused):
            self.driver.set_power(self.uuid, on=True)
        self.assertIsThere()

    def test_the_agent_dies_and_the_next_calls_it_off(self):
        with self.agent() as child:
            self.assertEqual("moves\n", child.stdout.readline())
            child.kill()
        self.assertStaysHere()

    def agent(self):
        """Another agent of the same state folder, which moves the guest till it is killed."""
        told = {
            "host": self.host,
            "uris": self.ground.uris,
            "cache": self.cache,
            "images": str(self.ground.images.directory),
            "state": str(self.state),
            "deployment": self.deployment,
            "bandwidth": SLOW,
            "uuid": self.uuid,
            "ticket": self.ticket,
        }
        command = [sys.executable, "-m", "tests.real.travelling_agent"]
        pipe = subprocess.PIPE
        child = subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=CHECKOUT, text=True)
        child.stdin.write(json.dumps(told))
        child.stdin.close()
        return child


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""
