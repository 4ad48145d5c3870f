# SPDX-License-Identifier: Apache-2.0
"""A whole cell in one process: conductor and agent as they are, over the in-process bus."""

from __future__ import annotations

import tempfile
import time
import unittest
import uuid as uuids
from pathlib import Path
from typing import Any

from nova_cells.cell import opts
from nova_cells.cell.compute import opts as compute_opts
from nova_cells.cell.compute.agent import Agent
from nova_cells.cell.compute.drivers.interface import Surroundings
from nova_cells.cell.compute.drivers.registry import make_drivers
from nova_cells.cell.conductor.conductor import Conductor
from nova_cells.cell.scheduler import opts as scheduler_opts
from nova_cells.clients.network import opts as network_opts
from nova_cells.contracts import Cell, Changes, FaultCode, Refused
from nova_cells.objects import FeedItem
from nova_cells.runtime import config
from nova_cells.runtime.messaging import Bus
from tests.unit.cell.conductor.world import CELL, new_database, spec_with

HOSTS = ("h1", "h2")


class Router:
    """Takes all news."""

    def __init__(self) -> None:
        self.items: list[FeedItem] = []

    def changes(self, cell: str, items: list[FeedItem], deployment: str = "") -> list[str]:
        self.items.extend(items)
        return [item.key for item in items]


class WholeCellTest(unittest.TestCase):
    def setUp(self) -> None:
        super().setUp()
        groups = {**opts.OPTIONS, **scheduler_opts.OPTIONS, **compute_opts.OPTIONS}
        groups |= network_opts.OPTIONS
        conf = config.new_config(groups)
        conf.set_override("driver", "fake", "compute")
        self.bus = Bus(f"local://{uuids.uuid4()}")
        self.addCleanup(self.bus.close)
        self.database = new_database(self)
        self.router = Router()
        server = self.bus.serve(Changes, self.router, address="router", threads=1)
        conductor = Conductor(conf, self.database, self.bus, cell_uuid=CELL, cell_name="east")
        for service in (server, conductor, self._agent(conf)):
            service.start()
            self.addCleanup(service.stop)
        self.cell: Any = self.bus.client(Cell)
        self.until(lambda: len(self.cell.hosts()) == len(HOSTS))
        self.until(lambda: not self.database.read(self._unpublished))

    def _agent(self, conf: Any) -> Agent:
        folder = tempfile.TemporaryDirectory(prefix="nova-cells-agent-")
        self.addCleanup(folder.cleanup)
        state_dir = Path(folder.name)
        surroundings = Surroundings(hosts=HOSTS, state_dir=state_dir, images=None)
        drivers = make_drivers(conf, surroundings)
        return Agent(conf, self.bus, drivers, address="agent", state_dir=state_dir)

    def _calm_down(self) -> None:
        """Until the heartbeats that follow a registration have been written."""
        seen, since = -1, time.monotonic()
        while time.monotonic() - since < 1.3:
            if self.database.commits != seen:
                seen, since = self.database.commits, time.monotonic()
            time.sleep(0.05)

    @staticmethod
    def _unpublished(connection: Any) -> int:
        wanted = "SELECT count(*) FROM hosts WHERE publish_due IS NOT NULL"
        return int(connection.exec_driver_sql(wanted).scalar())

    def until(self, condition: Any) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            self.assertLess(time.monotonic(), deadline, "waited for too long")
            time.sleep(0.005)

    def told(self, uuid: str, vm_state: str) -> bool:
        return any(
            item.key == uuid and item.document["vm_state"] == vm_state
            for item in list(self.router.items)
        )

    def test_a_boot_costs_three_messages_and_three_commits(self):
        self._calm_down()
        spec = spec_with()
        calls, commits = self.bus.calls.copy(), self.database.commits
        [reply] = self.cell.build(requests=[spec])
        self.assertTrue(reply.accepted)
        self.until(lambda: self.told(spec.uuid, "active"))
        self.until(lambda: self.database.commits >= commits + 3)
        sent = self.bus.calls - calls
        names = ("agent.run", "conductor.report", "changes.changes")
        self.assertEqual([1, 1, 1], [sent[name] for name in names])
        self.assertEqual(1, sent["cell.build"])
        self.assertEqual(commits + 3, self.database.commits)

    def test_a_life(self):
        spec = spec_with()
        self.cell.build(requests=[spec])
        self.until(lambda: self.told(spec.uuid, "active"))
        for kind, arguments, ends in (
            ("stop", {}, "stopped"),
            ("start", {}, "active"),
            ("reboot", {"type": "SOFT"}, "active"),
            ("delete", {}, "deleted"),
        ):
            self.router.items.clear()
            self.cell.act(
                uuid=spec.uuid, epoch=1, kind=kind, key=f"key-{kind}", arguments=arguments
            )
            self.until(lambda ends=ends: self.told(spec.uuid, ends))
        with self.assertRaises(Refused) as caught:
            self.cell.act(uuid=spec.uuid, epoch=1, kind="start", key="key", arguments={})
        self.assertEqual(FaultCode.INSTANCE_NOT_FOUND, caught.exception.code)
