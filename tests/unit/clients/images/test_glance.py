# SPDX-License-Identifier: Apache-2.0
"""Glance through openstacksdk: whose token asks, what is made of the answers."""

from __future__ import annotations

import dataclasses
import hashlib
import tempfile
import unittest
from pathlib import Path

from oslo_config import cfg

from nova_cells.clients.images import ImageCorrupt, ImageNotFound, ImageUnavailable
from nova_cells.clients.images.glance import GlanceImages
from nova_cells.clients.images.opts import OPTIONS
from nova_cells.runtime.context import RequestContext
from tests.unit.clients.images.glance_server import OWN_TOKEN, USER_TOKEN, GlanceServer

ID = "0f3c5a52-90f4-4e0b-8f0e-4b1f2b4a7f11"
OTHER_ID = "1f3c5a52-90f4-4e0b-8f0e-4b1f2b4a7f11"
THIRD_ID = "2f3c5a52-90f4-4e0b-8f0e-4b1f2b4a7f11"
MEMBER = RequestContext(project_id="p1", user_id="u")


@dataclasses.dataclass(frozen=True)
class WithToken(RequestContext):
    auth_token: str = USER_TOKEN


class GlanceImagesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.server = GlanceServer()
        self.server.begin()
        self.addCleanup(self.server.end)
        conf = cfg.ConfigOpts()
        conf.register_opts(OPTIONS["glance"], group="glance")
        conf([], default_config_files=[])
        here = f"http://127.0.0.1:{self.server.server_port}"
        for name, value in (
            ("auth_url", f"{here}/v3"),
            ("username", "nova"),
            ("password", "p"),
            ("timeout", 5.0),
        ):
            conf.set_override(name, value, group="glance")
        self.conf = conf
        self.images = GlanceImages(conf)
        self.addCleanup(self.images.close)

    def asked_for(self, path: str) -> set[str | None]:
        return {token for asked, token in self.server.asked if asked == path}

    def test_facts_are_glances_words(self):
        self.server.put(
            ID,
            b"12345",
            min_ram=96,
            owner="p1",
            checksum="c",
            os_hash_algo="sha512",
            os_hash_value="h",
            hw_disk_bus="scsi",
            img_config_drive="mandatory",
            os_hidden=False,
        )
        facts = self.images.find(MEMBER, ID)
        self.assertEqual((ID, 5, 96, "p1"), (facts.id, facts.size, facts.min_ram, facts.owner))
        self.assertEqual(("sha512", "h"), (facts.hash_algo, facts.hash_value))
        self.assertEqual({"hw_disk_bus": "scsi", "img_config_drive": "mandatory"}, facts.properties)

    def test_the_callers_token_asks_and_glance_judges(self):
        self.server.put(ID, visibility="shared", owner="somebody")
        self.assertEqual(ID, self.images.find(WithToken(project_id="p1"), ID).id)
        self.assertEqual({USER_TOKEN}, self.asked_for(f"/v2/images/{ID}"))

    def test_without_a_token_we_ask_and_judge(self):
        self.server.put(ID, visibility="private", owner="somebody")
        with self.assertRaises(ImageNotFound):
            self.images.find(MEMBER, ID)
        self.assertEqual({OWN_TOKEN}, self.asked_for(f"/v2/images/{ID}"))
        self.server.put(OTHER_ID, visibility="private", owner="p1")
        self.assertEqual([OTHER_ID], [image.id for image in self.images.list(MEMBER)])

    def test_a_list_goes_over_all_pages(self):
        for image_id in (ID, OTHER_ID, THIRD_ID):
            self.server.put(image_id)
        found = {image.id for image in self.images.list(MEMBER)}
        self.assertEqual({ID, OTHER_ID, THIRD_ID}, found)

    def test_unknown_and_malformed_ids(self):
        for image_id in (ID, "", "../images", "x y"):
            with self.assertRaises(ImageNotFound):
                self.images.find(MEMBER, image_id)

    def test_a_service_that_is_away_is_not_an_image_that_is_gone(self):
        self.server.put(ID)
        self.images.find(MEMBER, ID)
        self.server.broken = True
        with self.assertRaises(ImageUnavailable):
            self.images.find(MEMBER, ID)

    def test_identity_that_is_away_when_we_start(self):
        self.server.put(ID)
        good = self.conf.glance.auth_url
        self.conf.set_override("auth_url", "http://127.0.0.1:9/v3", group="glance")
        images = GlanceImages(self.conf)
        self.addCleanup(images.close)
        for caller in (MEMBER, WithToken(project_id="p1")):
            with self.assertRaises(ImageUnavailable):
                images.find(caller, ID)
        images._glance._exchange._ourselves._plugin.auth_url = good
        self.assertEqual(ID, images.find(MEMBER, ID).id)

    def test_download(self):
        content = bytes(range(256)) * 9000
        digest = hashlib.sha512(content).hexdigest()
        self.server.put(ID, content, os_hash_algo="sha512", os_hash_value=digest)
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "image"
            image = self.images.find(MEMBER, ID)
            self.images.download(image, target)
            self.assertEqual(content, target.read_bytes())
            self.server.files[ID] = bytes(len(content))
            with self.assertRaises(ImageCorrupt):
                self.images.download(image, target)
            self.assertFalse(target.exists())

    def test_a_download_that_stops_half_way(self):
        self.server.put(ID, b"x" * 100)
        self.server.lengths[ID] = 1000
        with self.assertRaises(ImageUnavailable):
            list(self.images.chunks(ID))
