# SPDX-License-Identifier: Apache-2.0
"""A host vanishes while a server is on its way: the cell ends the move well, by itself."""

from __future__ import annotations

import uuid as uuids

from nova_cells.cell.compute.drivers.interface import PowerState
from tests.real.cloud_case import RealCloudCase
from tests.real.ground import HOSTS, hosts_tool

HERE, THERE = "hv1", "hv2"


class VanishingHostTest(RealCloudCase):
    options = {"libvirt": {"live_migration_bandwidth": 4}}

    def setUp(self):
        super().setUp()
        self.addCleanup(self.all_back)
        self.uuid = self.cloud.boot(HERE)
        self.cloud.until(self.has_prompt, "the guest's prompt")
        self.set_out()

    def has_prompt(self):
        return "login:" in self.cloud.cell.console_output(self.uuid, -1)

    def set_out(self):
        epoch, request = self.cloud.show(self.uuid).epoch, str(uuids.uuid4())
        self.cloud.cell.act(self.uuid, epoch, "live_migrate", request, {"host": THERE})
        self.cloud.until(lambda: self.move().memory_processed, "the guest is on its way")

    def move(self):
        return max(self.cloud.cell.migrations("", 100), key=lambda move: move.created_at)

    def vanish(self, host):
        """The host loses its power, and its agent with it."""
        self.cloud.stop_agent(host)
        hosts_tool(self.ground.folder, "crash", host)

    def all_back(self):
        hosts_tool(self.ground.folder, "up", str(len(HOSTS)), "--names", ",".join(HOSTS))
        for host in HOSTS:
            if host not in self.cloud.agents:
                self.cloud.start_agent(host)

    def states(self):
        return [self.cloud.driver(host).power_state(self.uuid) for host in HOSTS]

    def nothing_is_left(self):
        """Neither host has anything of it that it should not have, nor is it charged for it."""
        used = {host.name: host.memory_mb_used for host in self.cloud.cell.hosts()}
        clean = not self.cloud.machine_folder(THERE, self.uuid).exists()
        return clean and used == {HERE: 128, THERE: 0}

    def assertStaysHere(self, power):
        self.cloud.at_rest(self.uuid)
        self.assertEqual("error", self.move().status)
        server = self.cloud.show(self.uuid)
        self.assertEqual(("active", None, HERE), (server.vm_state, server.task_state, server.host))
        self.all_back()
        self.cloud.until(self.nothing_is_left, "nothing of the attempt is left")
        self.assertEqual([power, PowerState.NOSTATE], self.states())

    def test_the_destination_vanishes_and_the_guest_runs_on(self):
        self.vanish(THERE)
        self.assertStaysHere(PowerState.RUNNING)
        [event] = [
            event
            for action in self.cloud.cell.actions(self.uuid)
            if action.action == "live-migration"
            for event in self.cloud.cell.action(self.uuid, action.request_id).events
            if event.event == "compute_live_migration"
        ]
        self.assertEqual("Error", event.result)

    def test_the_source_vanishes_and_the_guest_is_off_there(self):
        self.vanish(HERE)
        self.assertStaysHere(PowerState.SHUTDOWN)
