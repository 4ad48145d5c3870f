# SPDX-License-Identifier: Apache-2.0
"""Live migrations asked for by REST, of a real guest between real hosts."""

from __future__ import annotations

import shutil
import tempfile
import unittest
from pathlib import Path

from tests.crash.client import until, until_clean
from tests.real.ground import HOSTS, ground
from tests.real.whole_cloud import WholeCloud

PATIENCE = 120.0
SLOW = "[libvirt]\nlive_migration_bandwidth = 12\n"


class LiveMigrationTest(unittest.TestCase):
    """One guest goes there and back; a slow network leaves time to look, and to change plans."""

    def setUp(self):
        self.ground = ground()
        root = Path(tempfile.mkdtemp(dir=self.ground.folder))
        self.addCleanup(shutil.rmtree, root)
        self.cloud = WholeCloud(self.ground, root, SLOW)
        self.addCleanup(self.cloud.close)
        self.cloud.begin()

    def test_there_and_called_off_and_hurried(self):
        self.boot()
        self.assertIn("login:", self.console())
        self.goes_there_and_tells_how_far_it_is()
        self.stays_when_it_is_called_off()
        self.is_there_at_once_when_it_has_to_be()
        self.stays_paused()
        status, _ = self.admin.call("DELETE", f"/servers/{self.uuid}")
        self.assertEqual(204, status)
        until_clean(lambda: self.cloud.wrong({}), PATIENCE)

    def goes_there_and_tells_how_far_it_is(self):
        there = self.set_out()
        seen = self.eventually(self.progress, "how far it is")
        self.assertGreater(seen["memory_total_bytes"], 100 << 20)
        self.arrives(there)
        text = self.console()
        self.assertIn("login:", text, "what it said before it left")
        self.assertEqual("completed", self.newest()["status"])

    def stays_when_it_is_called_off(self):
        here = self.server()["OS-EXT-SRV-ATTR:host"]
        self.set_out()
        self.eventually(self.progress, "it is on its way")
        path = f"/servers/{self.uuid}/migrations/{self.under_way()['id']}"
        self.assertEqual(202, self.admin.call("DELETE", path)[0])
        self.arrives(here)
        self.assertEqual("cancelled", self.newest()["status"])

    def is_there_at_once_when_it_has_to_be(self):
        there = self.set_out()
        self.eventually(self.progress, "it is on its way")
        path = f"/servers/{self.uuid}/migrations/{self.under_way()['id']}/action"
        self.assertEqual(202, self.admin.call("POST", path, {"force_complete": None})[0])
        self.arrives(there)
        self.assertEqual(1, self.server()["OS-EXT-STS:power_state"])

    def stays_paused(self):
        self.act({"pause": None})
        self.eventually(lambda: self.server()["status"] == "PAUSED", "paused")
        for _there_and_back in range(2):
            there = self.set_out()
            self.arrives(there, "PAUSED")
        self.assertEqual(3, self.server()["OS-EXT-STS:power_state"])

    def boot(self):
        status, document = self.cloud.client().boot("traveller", "m1.micro")
        self.assertEqual(202, status, document)
        self.uuid = document["server"]["id"]
        self.eventually(lambda: self.server()["status"] in ("ACTIVE", "ERROR"), "it is there")
        self.assertEqual("ACTIVE", self.server()["status"], self.server().get("fault"))
        self.eventually(lambda: "login:" in self.console(), "its prompt")

    def set_out(self):
        """Ask for a move to the other host; answers which."""
        here = self.server()["OS-EXT-SRV-ATTR:host"]
        there = next(host for host in HOSTS if host != here)
        self.act({"os-migrateLive": {"host": there, "block_migration": "auto"}})
        return there

    def arrives(self, host, ends="ACTIVE"):
        self.eventually(lambda: not self.server()["OS-EXT-STS:task_state"], "at rest")
        server = self.server()
        found = (server["status"], server["OS-EXT-SRV-ATTR:host"])
        self.assertEqual((ends, host), found, server.get("fault"))
        until_clean(lambda: self.cloud.wrong({self.uuid: host}), PATIENCE)

    def progress(self):
        """The numbers of the migration under way, once its guest's memory flows."""
        move = self.under_way()
        return move if move and move["memory_processed_bytes"] else None

    def under_way(self):
        _, document = self.admin.call("GET", f"/servers/{self.uuid}/migrations")
        return next(iter(document["migrations"]), None)

    def newest(self):
        _, document = self.admin.call("GET", f"/os-migrations?instance_uuid={self.uuid}")
        return max(document["migrations"], key=lambda move: move["id"])

    def act(self, body):
        status, answer = self.admin.call("POST", f"/servers/{self.uuid}/action", body)
        self.assertEqual(202, status, answer)

    def server(self):
        _, document = self.admin.call("GET", f"/servers/{self.uuid}")
        return document["server"]

    def console(self):
        path = f"/servers/{self.uuid}/action"
        _, document = self.admin.call("POST", path, {"os-getConsoleOutput": {}})
        return document["output"]

    def eventually(self, ask, words):
        return until(ask, words, PATIENCE)

    @property
    def admin(self):
        return self.cloud.client("admin")
