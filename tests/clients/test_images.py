# SPDX-License-Identifier: Apache-2.0
"""Images of servers in a real Glance, made and used by the real client."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tests.clients.base import ClientCase
from tests.clients.shared_cloud import MEMBER, cloud


class ImagesTest(ClientCase):
    cloud = MEMBER

    @classmethod
    def setUpClass(cls) -> None:
        cls.clouds = cloud().clouds
        cls.sdk = cloud().connection(MEMBER)
        cls.addClassCleanup(cls.sdk.close)

    def boot(self, name: str, image: str = "image") -> None:
        self.openstack(
            *("server", "create", "--flavor", "m1.tiny", "--image", image),
            *("--nic", "none", name),
        )
        self.shown(name, "ACTIVE")
        self.addCleanup(self.sdk.delete_server, name, wait=True)

    def images(self, word: str) -> dict[str, str]:
        """Name → status, of those whose name begins with `word`."""
        listed = self.sdk.image.images(visibility="private")
        return {image.name: image.status for image in listed if image.name.startswith(word)}

    def shown(self, server: str, status: str) -> None:
        """Wait until it has the status."""
        found = self.sdk.compute.find_server(server)
        self.sdk.compute.wait_for_server(found, status, interval=0.3, wait=30)

    def until(self, condition: Callable[[], Any], what: str) -> None:
        deadline = time.monotonic() + 30
        while not condition():
            if time.monotonic() > deadline:
                self.fail(what)
            time.sleep(0.3)

    def test_a_server_is_booted_from_the_image_of_another(self) -> None:
        self.boot("img-first")
        made = self.openstack(
            *("server", "image", "create", "--name", "img-copy"),
            *("--property", "colour=blue", "--wait", "img-first"),
        )
        self.addCleanup(self.sdk.delete_image, "img-copy")
        shown = self.openstack("image", "show", "img-copy")
        self.assertEqual(("active", "private"), (shown["status"], shown["visibility"]))
        self.assertEqual(made["id"], shown["id"])
        self.assertEqual(cloud().project("demo"), shown["owner"])
        properties = shown["properties"]
        self.assertEqual(("snapshot", "blue"), (properties["image_type"], properties["colour"]))
        self.boot("img-second", "img-copy")
        log = self.do("console", "log", "show", "img-second")
        self.assertIn(f"written by {properties['instance_uuid']} (img-first)", log)

    def test_backups_are_rotated(self) -> None:
        self.boot("img-backed")
        for number in range(3):
            self.openstack(
                *("server", "backup", "create", "--name", f"img-backup-{number}"),
                *("--type", "daily", "--rotate", "2", "--wait", "img-backed"),
            )
        for number in range(3):
            self.addCleanup(self.sdk.delete_image, f"img-backup-{number}")
        kept = {"img-backup-1": "active", "img-backup-2": "active"}
        self.until(lambda: self.images("img-backup") == kept, "the oldest backup stays")

    def test_a_server_is_shelved_and_comes_back(self) -> None:
        self.boot("img-shelf")
        self.do("server", "shelve", "img-shelf")
        self.shown("img-shelf", "SHELVED_OFFLOADED")
        self.assertEqual({"img-shelf-shelved": "active"}, self.images("img-shelf"))
        self.do("server", "unshelve", "--availability-zone", "nova", "--wait", "img-shelf")
        self.shown("img-shelf", "ACTIVE")
        self.assertIn("(img-shelf) in 1 boot(s)", self.do("console", "log", "show", "img-shelf"))
        self.until(lambda: not self.images("img-shelf"), "the image of the shelf stays")
