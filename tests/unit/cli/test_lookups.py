# SPDX-License-Identifier: Apache-2.0
"""The look-ups of a cloud without Keystone and Glance: who sees and who deletes which image."""

import tempfile
import unittest
from pathlib import Path
from typing import Any

import webtest

from nova_cells.cli import seed
from nova_cells.cli.standalone.lookups import Lookups
from nova_cells.clients.images.local_store import LocalStore
from nova_cells.objects import ImageFacts
from nova_cells.runtime.context import RequestContext


def behind(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"behind"]


class LookupsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.ids = seed.images(Path(folder.name))
        self.store = LocalStore(Path(folder.name))
        self.app = webtest.TestApp(Lookups(behind, self.store))

    def test_an_image_by_name_and_id(self) -> None:
        (name, image_id) = next(iter(self.ids.items()))
        found = self.app.get("/image/v2/images", {"name": name}).json["images"]
        self.assertEqual([image_id], [image["id"] for image in found])
        self.assertEqual(name, self.app.get(f"/image/v2/images/{image_id}").json["name"])
        self.assertEqual([], self.app.get("/image/v2/images?name=none").json["images"])

    def test_what_is_not_there(self) -> None:
        self.app.get("/image/v2/images/none", status=404)
        self.app.get("/identity/v3/users", status=404)
        self.app.post("/identity/v3/auth/tokens", status=405)
        self.app.delete("/image/v2/images/none", status=404)
        self.app.put("/image/v2/images/none", status=405)

    def test_an_image_of_a_server_is_its_projects(self) -> None:
        owner = RequestContext(project_id="abc")
        self.store.create(owner, ImageFacts(id="mine", name="mine"))
        one = "/image/v2/images/mine"
        for stranger in ({}, {"X-Auth-Token": "olga:def"}):
            self.app.get(one, headers=stranger, status=404)
            self.app.delete(one, headers=stranger, status=404)
        self.app.delete(one, headers={"X-Auth-Token": "admin:def"}, status=403)
        mine = {"X-Auth-Token": "mia:abc"}
        shown = self.app.get(one, headers=mine).json
        self.assertEqual(("queued", "private"), (shown["status"], shown["visibility"]))
        self.app.delete(one, headers=mine, status=204)
        self.app.get(one, headers=mine, status=404)

    def test_an_image_of_all_is_deleted_by_nobody(self) -> None:
        one = f"/image/v2/images/{next(iter(self.ids.values()))}"
        self.app.delete(one, headers={"X-Auth-Token": "mia:abc"}, status=403)
        self.app.delete(one, status=403)

    def test_everything_else_goes_to_the_api(self) -> None:
        self.assertEqual("behind", self.app.get("/v2.1/servers").text)
        self.assertEqual("behind", self.app.get("/imaginary").text)

    def test_identity_is_version_3(self) -> None:
        self.assertEqual("v3.14", self.app.get("/identity/v3").json["version"]["id"])
