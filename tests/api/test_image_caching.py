# SPDX-License-Identifier: Apache-2.0
"""Images fetched beforehand by the hosts of an aggregate, from 2.81 on."""

from __future__ import annotations

import time
import uuid
from typing import Any

from tests.api.harness import ApiCase


class ImageCachingTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        body = {"aggregate": {"name": f"cache-{self.project}"}}
        made = self.admin.post("/os-aggregates", body, expect=200).json["aggregate"]
        self.path = f"/os-aggregates/{made['id']}"
        self.addCleanup(self.admin.delete, self.path)

    def add(self, host: str) -> None:
        path = f"{self.path}/action"
        self.admin.post(path, {"add_host": {"host": host}}, expect=200)
        self.addCleanup(self.admin.post, path, {"remove_host": {"host": host}})

    def fetch(self, *images: str, version: str = "2.104", **more: Any) -> Any:
        body = {"cache": [{"id": image} for image in images]}
        return self.admin.post(f"{self.path}/images", body, version, **more)

    def hosts_with(self, image: str) -> set[str]:
        return {
            name
            for agent in self.cloud.agents
            for name, driver in agent.hosts.items()
            if image in driver.cached
        }

    def new_image(self) -> str:
        """One of this test, which no host has yet."""
        self.server = self.boot()
        body = {"createImage": {"name": "cached"}}
        answer = self.member.post(f"/servers/{self.server}/action", body, expect=202)
        self.settled(self.server, "ACTIVE")
        return str(answer.json["image_id"])

    def wait(self, image: str, hosts: set[str]) -> None:
        deadline = time.monotonic() + 20
        while self.hosts_with(image) != hosts:
            if time.monotonic() > deadline:
                raise AssertionError(f"{image} is on {self.hosts_with(image)}, not {hosts}")
            time.sleep(0.02)

    def test_hosts_of_all_cells_fetch_it_and_no_others(self) -> None:
        for host in ("east-1", "east-2", "west-3"):
            self.add(host)
        image = self.new_image()
        answer = self.fetch(image, self.image, expect=202)
        self.assertEqual("", answer.text)
        self.wait(image, {"east-1", "east-2", "west-3"})

    def test_a_host_that_is_down_fetches_it_later(self) -> None:
        self.add("east-2")
        services = self.admin.get("/os-services?host=east-2", expect=200).json["services"]
        path = f"/os-services/{services[0]['id']}"
        image = self.new_image()
        self.admin.put(path, {"forced_down": True}, expect=200)
        self.addCleanup(self.admin.put, path, {"forced_down": False})
        self.fetch(image, expect=202)
        time.sleep(0.3)
        self.assertEqual(set(), self.hosts_with(image))
        self.admin.put(path, {"forced_down": False}, expect=200)
        self.wait(image, {"east-2"})

    def test_the_operation_is_new_in_2_81(self) -> None:
        self.assertEqual(404, self.fetch(self.image, version="2.80").status_int)
        self.fetch(self.image, version="2.81", expect=202)

    def test_what_is_refused(self) -> None:
        unknown = str(uuid.uuid4())
        self.assertFault(self.fetch(unknown), 400, "badRequest", unknown)
        self.assertFault(self.fetch(self.image, self.image), 400, "badRequest", "Duplicate")
        for body in (
            {},
            {"cache": []},
            {"cache": [{}]},
            {"cache": [{"id": "x"}]},
            {"cache": ["x"]},
        ):
            self.assertFault(self.admin.post(f"{self.path}/images", body), 400, "badRequest")
        body = {"cache": [{"id": self.image}]}
        refused = self.admin.post("/os-aggregates/99999999/images", body)
        self.assertFault(refused, 404, "itemNotFound")
        refused = self.member.post(f"{self.path}/images", body)
        self.assertFault(refused, 403, "forbidden")
