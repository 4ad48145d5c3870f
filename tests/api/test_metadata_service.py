# SPDX-License-Identifier: Apache-2.0
"""The whole way of what guests read and hand in: API, index, cell, and the metadata service."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from webtest import TestApp

from nova_cells.cell.metadata.application import MetadataApplication
from nova_cells.cell.metadata.callers import SignedByProxy
from nova_cells.cell.metadata.memory import Memory
from nova_cells.cli.metadata import AllCells
from nova_cells.clients.vendor_data import NoVendorData
from tests.api.harness import ApiCase, cloud

SECRET = "proxies know it"
LATEST = "/openstack/latest"
PASSWORD = f"{LATEST}/password"


class MetadataServiceTest(ApiCase):
    """Of all cells, as a network service's proxy asks it."""

    def setUp(self) -> None:
        super().setUp()
        side = cloud().side
        memory = Memory(AllCells(side.cells, side.index, 5.0), NoVendorData(), 0.0)
        self.service = TestApp(MetadataApplication(SignedByProxy(SECRET), memory))

    def ask(self, server: str, path: str, body: Any = None, project: str | None = None) -> Any:
        signature = hmac.new(SECRET.encode(), server.encode(), hashlib.sha256).hexdigest()
        headers = {
            "X-Instance-ID": server,
            "X-Tenant-ID": project or self.project,
            "X-Instance-ID-Signature": signature,
        }
        if body is None:
            return self.service.get(path, headers=headers, status="*")
        return self.service.post(path, body, headers=headers, status="*")

    def test_a_guest_of_any_cell_reads_what_its_owner_wished_and_changed(self) -> None:
        data = base64.b64encode(b"#!/bin/sh\n").decode()
        for _ in range(3):
            server = self.boot(user_data=data, metadata={"colour": "blue"})
            meta = json.loads(self.ask(server, f"{LATEST}/meta_data.json").body)
            self.assertEqual((server, {"colour": "blue"}), (meta["uuid"], meta["meta"]))
            self.assertEqual(self.project, meta["project_id"])
            self.assertNotIn("admin_pass", meta)
            self.assertEqual(b"#!/bin/sh\n", self.ask(server, "/latest/user-data").body)
            changed = {"metadata": {"colour": "green"}}
            self.member.put(f"/servers/{server}/metadata", changed, expect=200)
            meta = json.loads(self.ask(server, f"{LATEST}/meta_data.json").body)
            self.assertEqual({"colour": "green"}, meta["meta"])

    def test_a_guest_hands_in_its_password_and_its_owner_reads_and_forgets_it(self) -> None:
        server = self.boot()
        path = f"/servers/{server}/os-server-password"

        def shown() -> str:
            return str(self.reader.get(path, expect=200).json["password"])

        for text in ("Zmlyc3Q=", "c2Vjb25k"):
            self.assertEqual(200, self.ask(server, PASSWORD, text).status_int)
            self.assertEqual(409, self.ask(server, PASSWORD, "b3RoZXI=").status_int)
            self.until(lambda text=text: shown() == text, "its owner does not see the password")
            self.assertEqual(text, self.ask(server, PASSWORD).text)
            self.member.delete(path, expect=204)
            self.assertEqual("", shown())
            self.member.delete(path, expect=204)

    def test_who_is_not_there_or_not_of_that_project(self) -> None:
        server = self.boot()
        self.assertEqual(404, self.ask(server, "/", project="another").status_int)
        self.gone(server)
        self.assertEqual(404, self.ask(server, "/").status_int)
        self.assertEqual(404, self.ask("00000000-0000-4000-8000-000000000000", "/").status_int)
