# SPDX-License-Identifier: Apache-2.0
"""Images brought to Glance: whose token makes the record, whose brings the bytes, done again."""

from __future__ import annotations

import unittest

from oslo_config import cfg

from nova_cells.clients.images import ImageNotFound, ImageRefused, ImageUnavailable
from nova_cells.clients.images.glance_store import GlanceStore
from nova_cells.clients.images.opts import OPTIONS
from nova_cells.objects import ImageFacts
from tests.unit.clients.images.glance_server import OWN_TOKEN, USER_TOKEN, GlanceServer
from tests.unit.clients.images.test_glance import ID, OTHER_ID, THIRD_ID, WithToken

CALLER = WithToken(project_id="p1", user_id="u")


class GlanceStoreTest(unittest.TestCase):
    def setUp(self) -> None:
        self.server = GlanceServer()
        self.server.begin()
        self.addCleanup(self.server.end)
        conf = cfg.ConfigOpts()
        conf.register_opts(OPTIONS["glance"], group="glance")
        conf([], default_config_files=[])
        conf.set_override(
            "auth_url", f"http://127.0.0.1:{self.server.server_port}/v3", group="glance"
        )
        conf.set_override("username", "nova", group="glance")
        conf.set_override("password", "p", group="glance")
        self.images = GlanceStore(conf)
        self.addCleanup(self.images.close)

    def create(self, image_id: str = ID, **properties: str) -> None:
        facts = ImageFacts(id=image_id, name="mine", min_disk=2, properties=properties)
        self.images.create(CALLER, facts)

    def test_the_record_is_its_makers(self):
        self.create(image_type="snapshot")
        made = self.server.images[ID]
        self.assertEqual(("queued", "mine", 2), (made["status"], made["name"], made["min_disk"]))
        self.assertEqual(("snapshot", "private"), (made["image_type"], made["visibility"]))
        self.assertIn(("/v2/images", USER_TOKEN), self.server.asked)
        self.create(image_type="snapshot")

    def test_what_glance_takes_from_nobody_is_refused(self):
        with self.assertRaisesRegex(ImageRefused, "owner"):
            self.create(owner="somebody else")
        for code in (400, 403, 413):
            self.server.refuses = code
            with self.assertRaisesRegex(ImageRefused, str(code)):
                self.create()
        self.server.broken = True
        self.assertRaises(ImageUnavailable, self.create)

    def test_bytes_are_brought_once_by_the_service(self):
        self.create()
        for content in (b"one", b"two", b""), (b"never read",):
            facts = self.images.upload(ID, "qcow2", iter(content))
            self.assertEqual(("active", 6, "qcow2"), (facts.status, facts.size, facts.disk_format))
        self.assertEqual((b"onetwo", 1), (self.server.files[ID], self.server.uploads))
        tokens = {token for path, token in self.server.asked if path == f"/v2/images/{ID}"}
        self.assertEqual({OWN_TOKEN}, tokens)

    def test_an_image_deleted_meanwhile_is_told(self):
        with self.assertRaises(ImageNotFound):
            self.images.upload(ID, "raw", iter([b"x"]))
        self.create()

        def while_it_is_deleted():
            yield b"x"
            del self.server.images[ID]

        with self.assertRaises(ImageNotFound):
            self.images.upload(ID, "raw", while_it_is_deleted())

    def test_deleting_what_is_not_there_is_fine(self):
        self.create()
        self.images.delete(ID, CALLER)
        self.images.delete(ID)
        tokens = [token for path, token in self.server.asked if path == f"/v2/images/{ID}"]
        self.assertEqual([USER_TOKEN, OWN_TOKEN], tokens)

    def test_only_a_projects_own_are_found_by_properties(self):
        for image_id in (ID, OTHER_ID, THIRD_ID):
            self.create(image_id, backup_type="daily")
        self.server.images[OTHER_ID]["owner"] = "p2"
        found = self.images.owned("p1", {"backup_type": "daily"})
        self.assertEqual({ID, THIRD_ID}, {image.id for image in found})
        self.assertEqual([], self.images.owned("p1", {"backup_type": "weekly"}))

    def test_users_find_it_at_glance(self):
        here = f"http://127.0.0.1:{self.server.server_port}/v2/images/{ID}"
        self.assertEqual(here, self.images.url(ID))
