# SPDX-License-Identifier: Apache-2.0
"""nova-cells-metadata as processes beside a cluster: of one cell, of all, and of one that hangs."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kit import ports
from kit.bench.http_client import Api

SECRET = "proxies know it"
WITHIN = 1.0  # seconds a cell is given
CONF = """
[metadata]
shared_secret = {secret}
port = {port}
timeout = {within}
cache = 0
"""


class ToldGuests:
    """Mixed into a `ClusterCase` with the cells east and west."""

    state: Path
    access: dict[str, Any]

    def test_guests_are_told_by_their_cells(self: Any) -> None:
        api = Api(self.access)
        uuids = self.boots(api, [f"told-{number}" for number in range(8)])
        for uuid in uuids:
            api.wait(uuid)
        west = {uuid for uuid in uuids if self.cells_of(api, [uuid]) == {"west"}}
        with self.metadata("global") as port:
            self.assertEqual({200}, {self.told(port, uuid) for uuid in uuids})
            self._a_cell_hangs(port, (set(uuids) - west).pop(), west.pop())
        with self.metadata("east-compute") as port:
            answers = {uuid: self.told(port, uuid) for uuid in uuids}
            east = {uuid for uuid in uuids if self.cells_of(api, [uuid]) == {"east"}}
            self.assertEqual(east, {uuid for uuid, status in answers.items() if status == 200})
            self.assertEqual({200, 404}, set(answers.values()))
        for uuid in uuids:
            api.call("DELETE", f"/servers/{uuid}")

    def _a_cell_hangs(self: Any, port: int, its: str, others: str) -> None:
        """Its guests are refused in time, those of another cell are served."""
        pid = json.loads(self.tool("status"))["east-conductor"]
        os.kill(pid, signal.SIGSTOP)
        try:
            began = time.monotonic()
            self.assertEqual((503, 200), (self.told(port, its), self.told(port, others)))
            self.assertLess(time.monotonic() - began, 15 * WITHIN)
        finally:
            os.kill(pid, signal.SIGCONT)
        until = time.monotonic() + 60
        while self.told(port, its) != 200:
            self.assertLess(time.monotonic(), until)
            time.sleep(0.2)

    @contextlib.contextmanager
    def metadata(self: Any, role: str) -> Iterator[int]:
        """A process with that role's configuration; the port it listens on."""
        port = ports.free()
        more = self.state / "etc" / f"metadata-{role}.conf"
        more.write_text(CONF.format(secret=SECRET, port=port, within=WITHIN))
        command = [sys.executable, "-m", "nova_cells.cli.metadata"]
        for file in (self.state / "etc" / f"{role}.conf", more):
            command += ["--config-file", str(file)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                self.assertIn("serving", process.stdout.readline())
                yield port
            finally:
                process.terminate()
                self.assertEqual(0, process.wait(30))

    def told(self: Any, port: int, uuid: str) -> int:
        """The status a guest's proxy is answered with; what is told has to be of that guest."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        signature = hmac.new(SECRET.encode(), uuid.encode(), hashlib.sha256).hexdigest()
        headers = {"X-Instance-ID": uuid, "X-Instance-ID-Signature": signature}
        headers["X-Tenant-ID"] = self.access["project"]
        with contextlib.closing(connection):
            connection.request("GET", "/openstack/latest/meta_data.json", headers=headers)
            answer = connection.getresponse()
            if answer.status == 200:
                self.assertEqual(uuid, json.loads(answer.read())["uuid"])
            return answer.status
