# SPDX-License-Identifier: Apache-2.0
"""Console tokens in each database; and the command that asks for them, a process on a real bus."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import websocket

from nova_cells.cell.conductor.conductor import Conductor
from nova_cells.cell.db import console_tokens
from nova_cells.cell.db.console_tokens import Given
from nova_cells.cli import config, roles
from nova_cells.global_api import cell_registry
from nova_cells.objects.console import digest_of
from nova_cells.runtime.db import Database, schema
from nova_cells.runtime.messaging import Bus
from tests.stores import harness
from tests.stores.base import on_every_database, require
from tests.stores.test_cell_stores import CellStoreCase
from tests.unit.cell.conductor.world import CELL, spec_with
from tests.unit.cell.console.guest import GREETING, Guest

GIVEN = Given("77777777-7777-4777-8777-777777777777", "novnc", "h1", {"host": "h1", "port": 5900})
WEST = "22222222-0000-4000-8000-000000000002"


@on_every_database
class ConsoleTokensTest(CellStoreCase):
    def test_a_token_is_there_until_its_time(self):
        self.write(console_tokens.put, digest_of("a"), GIVEN, 1000)
        self.assertEqual(GIVEN, self.read(console_tokens.get, digest_of("a"), 999))
        self.assertIsNone(self.read(console_tokens.get, digest_of("a"), 1000))
        self.assertIsNone(self.read(console_tokens.get, digest_of("b"), 1))

    def test_old_ones_go(self):
        self.write(console_tokens.put, digest_of("a"), GIVEN, 1000)
        self.write(console_tokens.put, digest_of("b"), GIVEN, 2000)
        self.assertFalse(self.read(console_tokens.any_is_old, 999))
        self.assertTrue(self.read(console_tokens.any_is_old, 1000))
        self.write(console_tokens.purge, 1000)
        self.assertIsNone(self.read(console_tokens.get, digest_of("a"), 1))
        self.assertEqual(GIVEN, self.read(console_tokens.get, digest_of("b"), 1))
        self.assertFalse(self.read(console_tokens.any_is_old, 1000))


class ConsoleCommandTest(unittest.TestCase):
    """nova-cells-console, a conductor and an agent, over RabbitMQ."""

    def setUp(self):
        require("rabbitmq")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.guest = Guest()
        self.addCleanup(self.guest.close)
        self.url = harness.new_vhost()
        self.conductor = self.start_cell()

    def start_cell(self):
        conf = config.load([], [])
        conf.set_override("driver", "fake", group="compute")
        conf.set_override("console_place", f"127.0.0.1:{self.guest.port}", group="fake_driver")
        database = f"sqlite:///{self.folder / 'cell.db'}"
        schema.upgrade(database, "cell")
        bus = Bus(self.url, conf)
        self.addCleanup(bus.close)
        cell = {"cell_uuid": CELL, "cell_name": "east", "name": "conductor-1"}
        conductor = Conductor(conf, Database(database, name="cell"), bus, **cell)
        agent = roles.make_agent(conf, bus, ("h1",), "agent-1", self.folder / "compute")
        for service in (conductor, agent):
            service.start()
            self.addCleanup(service.stop)
        return conductor

    def until(self, condition, what):
        end = time.monotonic() + 30
        while not (value := condition()):
            if time.monotonic() > end:
                self.fail(f"not within 30 s: {what}")
            time.sleep(0.05)
        return value

    def booted(self):
        cell = self.conductor.endpoint()
        self.until(lambda: any(host.up for host in cell.hosts()), "the host is up")
        spec = spec_with()
        (reply,) = cell.build([spec])
        self.assertTrue(reply.accepted, reply)
        self.until(lambda: cell.show(spec.uuid).vm_state == "active", "the server runs")
        return cell.console(spec.uuid, "serial").url.rpartition("token=")[2]

    def start_command(self, setting=None):
        """The port it listens on, said in its log."""
        file = self.folder / "console.conf"
        setting = setting or f"[cell]\ntransport_url = {self.url}"
        file.write_text(f"{setting}\n[console]\nport = 0\n")
        command = [sys.executable, "-m", "nova_cells.cli.console", "--config-file", str(file)]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(self.end, process)
        port = None
        for line in process.stdout:
            if "consoles are served on" in line:
                port = int(line.rpartition(":")[2])
            if line.startswith("nova-cells-console: serving"):
                return process, port
        raise AssertionError("it ended")

    def end(self, process):
        process.terminate()
        process.wait(10)

    def open(self, port, token):
        url = f"ws://127.0.0.1:{port}/?token={token}"
        return websocket.create_connection(url, suppress_origin=True, timeout=20)

    def test_the_command(self):
        token = self.booted()
        process, port = self.start_command()
        console = self.open(port, token)
        self.addCleanup(console.close)
        self.assertEqual(GREETING, console.recv())
        console.send_binary(b"who am I")
        self.assertEqual(b"who am I", console.recv())
        self.assertEqual(403, self.code(port, token[:-1] + "x"))
        process.terminate()
        self.assertEqual(0, process.wait(10))

    def test_one_proxy_for_all_cells(self):
        database = f"sqlite:///{self.folder / 'global.db'}"
        schema.upgrade(database, "global_api")
        cells = Database(database, name="global")
        cell_registry.create(cells, CELL, "east", self.url)
        cell_registry.create(cells, WEST, "west", harness.new_vhost())
        token = self.booted()
        _, port = self.start_command(
            f"[database]\nconnection = {database}\n[api]\ncommand_timeout = 5"
        )
        console = self.until(lambda: self.opened(port, token), "the cell is heard")
        self.addCleanup(console.close)
        self.assertEqual(GREETING, console.recv())
        self.assertEqual(403, self.code(port, token[:-1] + "x"))
        self.assertEqual(403, self.code(port, "00000000" + token[8:]))
        self.assertEqual(503, self.code(port, WEST[:8] + token[8:]))

    def opened(self, port, token):
        with contextlib.suppress(websocket.WebSocketBadStatusException):
            return self.open(port, token)
        return None

    def code(self, port, token):
        with self.assertRaises(websocket.WebSocketBadStatusException) as caught:
            self.open(port, token)
        return caught.exception.status_code

    def test_without_a_bus_it_says_what_is_missing(self):
        file = self.folder / "empty.conf"
        file.write_text("")
        command = [sys.executable, "-m", "nova_cells.cli.console", "--config-file", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(2, done.returncode)
        self.assertIn("[cell] transport_url", done.stderr)
        self.assertIn("[database] connection", done.stderr)
