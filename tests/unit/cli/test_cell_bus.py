# SPDX-License-Identifier: Apache-2.0
"""Agents and conductors follow the bus of their cell, without a restart."""

from __future__ import annotations

import tempfile
import unittest
import uuid
from pathlib import Path
from types import SimpleNamespace

from nova_cells.cli.cell_bus import CellBus
from nova_cells.cli.config import ConfigurationIncomplete
from nova_cells.contracts import Unknown
from nova_cells.runtime.messaging import Bus
from tests.unit.runtime.messaging import probe


class CellBusTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "bus"
        self.urls = [f"local://{uuid.uuid4()}", f"local://{uuid.uuid4()}"]
        self.file.write_text(self.urls[0])
        where = SimpleNamespace(cell=SimpleNamespace(transport_url=f"file:{self.file}"))
        self.found = CellBus(None, lambda: where.cell.transport_url)
        self.addCleanup(self.found.bus.close)

    def peer(self, url: str) -> Bus:
        bus = Bus(url)
        self.addCleanup(bus.close)
        return bus

    def test_clients_and_servers_go_along(self) -> None:
        endpoint = probe.Endpoint()
        ours = self.found.bus.serve(probe.Probe, endpoint, address="ours")
        client = self.found.bus.client(probe.Probe, address="theirs")
        ours.start()
        self.addCleanup(ours.stop)
        theirs = self.peer(self.urls[1]).serve(probe.Probe, probe.Endpoint(), address="theirs")
        theirs.start()
        self.addCleanup(theirs.stop)
        before = self.peer(self.urls[0]).client(probe.Probe, address="ours")
        self.assertEqual(1, before.echo(value=1))
        self.file.write_text(self.urls[1])
        with self.assertLogs("nova_cells.cli.cell_bus", "WARNING"):
            self.found.look()
        self.assertEqual(
            2, self.peer(self.urls[1]).client(probe.Probe, address="ours").echo(value=2)
        )
        self.assertEqual(3, client.echo(value=3))
        with self.assertRaises(Unknown):
            before.echo(value=4, _deadline=0.1)

    def test_what_was_stopped_is_not_begun_there(self) -> None:
        server = self.found.bus.serve(probe.Probe, probe.Endpoint(), address="ours")
        server.start()
        server.stop()
        self.file.write_text(self.urls[1])
        self.found.look()
        with self.assertRaises(Unknown):
            self.peer(self.urls[1]).client(probe.Probe).echo(value=1, _deadline=0.1)

    def test_a_reference_that_is_lost_changes_nothing_and_is_said_once(self) -> None:
        self.file.unlink()
        with self.assertLogs("nova_cells.cli.cell_bus", "ERROR") as log:
            self.found.look()
            self.found.look()
        self.assertEqual(1, len(log.output))
        self.assertIn(self.urls[0], repr(self.found.bus))

    def test_a_process_does_not_begin_without_one(self) -> None:
        with self.assertRaisesRegex(ConfigurationIncomplete, "env:NOT_SET_ANYWHERE"):
            CellBus(None, lambda: "env:NOT_SET_ANYWHERE")
