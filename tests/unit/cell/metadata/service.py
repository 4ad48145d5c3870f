# SPDX-License-Identifier: Apache-2.0
"""The metadata service over real HTTP, before a source that tests move."""

from __future__ import annotations

import http.client
import unittest
from typing import Any

from nova_cells.cell.metadata.application import MetadataApplication
from nova_cells.cell.metadata.callers import Callers
from nova_cells.cell.metadata.memory import Memory
from nova_cells.cell.metadata.sources import NoGuest, NoPassword
from nova_cells.cli.http_server import HttpServer
from nova_cells.cli.metadata import LIMITS
from nova_cells.clients.vendor_data import NoVendorData, VendorData
from nova_cells.objects import Machine
from nova_cells.runtime.workers import listening


class ScriptedSource:
    """Guests by key; `fault` is raised instead of any answer."""

    def __init__(self) -> None:
        self.guests: dict[str, Machine] = {}
        self.fault: Exception | None = None
        self.asked: list[str] = []

    def guest(self, key: str) -> Machine:
        self.asked.append(key)
        if self.fault is not None:
            raise self.fault
        if key not in self.guests:
            raise NoGuest
        return self.guests[key]

    def take_password(self, key: str, password: str) -> bool:
        if self.fault is not None:
            raise self.fault
        if "!" in password:
            raise NoPassword
        data = self.guests[key].guest_data
        if data.get("password"):
            return False
        self.guests[key] = self.guests[key].replace(guest_data={**data, "password": password})
        return True


class ServiceCase(unittest.TestCase):
    """`callers` is the application's."""

    callers: Callers
    kept = 15.0

    def setUp(self) -> None:
        self.source = ScriptedSource()
        self.now = 0.0
        self.serve(NoVendorData())

    def serve(self, vendor_data: VendorData) -> None:
        memory = Memory(self.source, vendor_data, self.kept, clock=lambda: self.now)
        place = listening("127.0.0.1", 0)
        self.port = place.getsockname()[1]
        application = MetadataApplication(self.callers, memory)
        server = HttpServer(application, "", 0, 4, inherited=place, limits=LIMITS)
        server.start()
        self.addCleanup(server.stop)

    def ask(
        self, path: str, method: str = "GET", body: Any = None, **headers: str
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        self.addCleanup(connection.close)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers
