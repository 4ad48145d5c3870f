# SPDX-License-Identifier: Apache-2.0
"""The whole way of a console: API, cell, agent, driver, URL, proxy, and a real TCP server."""

from __future__ import annotations

import json
import socket
import tempfile
import unittest
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import websocket

from nova_cells.cli import config
from nova_cells.cli.standalone.cloud import Cloud
from nova_cells.cli.standalone.layout import Layout
from tests.unit.cell.console.guest import GREETING, Guest

VERSION = {"OpenStack-API-Version": "compute 2.99", "Content-Type": "application/json"}


class ConsoleProxyTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.guest = Guest()
        self.addCleanup(self.guest.close)
        conf = config.load([], [])
        conf.set_override("console_place", f"127.0.0.1:{self.guest.port}", group="fake_driver")
        self.layout = Layout(Path(folder.name))
        self.cloud = Cloud(
            conf,
            self.layout,
            cells=2,
            hosts=1,
            driver="fake",
            auth="noauth",
            port=free_port(),
            console_port=free_port(),
        )
        self.cloud.start()
        self.addCleanup(self.cloud.stop)

    def ask(self, path, body=None, **how):
        request = urllib.request.Request(self.cloud.endpoint + path, headers=VERSION, **how)
        request.add_header("X-Auth-Token", self.described()["tokens"]["admin"])
        if body is not None:
            request.data = json.dumps(body).encode()
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read() or b"null")

    def described(self):
        return json.loads((self.layout.root / "standalone.json").read_text())

    def boot(self):
        described = self.described()
        image = next(iter(described["images"].values()))
        flavor = next(iter(described["flavors"].values()))
        wish = {"name": "one", "imageRef": image, "flavorRef": flavor, "networks": "auto"}
        server = self.ask("/servers", {"server": wish})["server"]["id"]
        while (status := self.ask(f"/servers/{server}")["server"]["status"]) != "ACTIVE":
            self.assertEqual("BUILD", status)
        return server

    def test_from_the_api_to_the_guest(self):
        for _ in range(2):
            server = self.boot()
            for protocol, kind in (("vnc", "novnc"), ("serial", "serial")):
                with self.subTest(kind):
                    self.talk(server, protocol, kind)

    def test_a_token_ends_with_its_server_and_another_servers_does_not(self):
        gone, there = self.boot(), self.boot()
        token, other = self.told(gone, "serial", "serial"), self.told(there, "serial", "serial")
        self.ask(f"/servers/{gone}", method="DELETE")
        self.assertEqual((403, b""), self.refused(*token))
        console = websocket.create_connection("".join(other), suppress_origin=True, timeout=5)
        self.addCleanup(console.close)
        self.assertEqual(GREETING, console.recv())

    def told(self, server, protocol, kind):
        """Where the proxy is, and what a WebSocket asks it for."""
        wanted = {"remote_console": {"protocol": protocol, "type": kind}}
        url = self.ask(f"/servers/{server}/remote-consoles", wanted)["remote_console"]["url"]
        found = urlsplit(url)
        return f"ws://{found.netloc}/", parse_qs(found.query).get("path", [f"?{found.query}"])[0]

    def talk(self, server, protocol, kind):
        proxy, told = self.told(server, protocol, kind)
        console = websocket.create_connection(proxy + told, suppress_origin=True, timeout=5)
        self.addCleanup(console.close)
        self.assertEqual(GREETING, console.recv())
        console.send_binary(b"who am I")
        self.assertEqual(b"who am I", console.recv())
        wrong = told[:-1] + ("0" if told[-1] != "0" else "1")
        self.assertEqual((403, b""), self.refused(proxy, wrong))

    def refused(self, proxy, told):
        with self.assertRaises(websocket.WebSocketBadStatusException) as caught:
            websocket.create_connection(proxy + told, suppress_origin=True)
        return caught.exception.status_code, caught.exception.resp_body


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]
