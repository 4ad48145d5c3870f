# SPDX-License-Identifier: Apache-2.0
"""After everything a server can go through, in a whole cloud, usage is what lives."""

from __future__ import annotations

import time
from typing import Any

from nova_cells.global_api.quota.audit import audit
from tests.api.harness import ApiCase


class AuditTest(ApiCase):
    """What earlier tests of this process left behind in the cloud is audited too."""

    def act(self, server: str, body: dict[str, Any], status: str) -> None:
        answer = self.admin.post(f"/servers/{server}/action", body)
        self.assertIn(answer.status_int, (200, 202, 204), answer.text)
        self.settled(server, status)

    def used(self) -> tuple[int, int, int]:
        absolute = self.member.get("/limits", expect=200).json["limits"]["absolute"]
        names = ("totalInstancesUsed", "totalCoresUsed", "totalRAMUsed")
        return tuple(absolute[name] for name in names)  # type: ignore[return-value]

    def size(self, ram: int, vcpus: int) -> str:
        body = {"flavor": {"name": f"{self.project}-{ram}", "ram": ram, "vcpus": vcpus, "disk": 1}}
        return str(self.admin.post("/flavors", body, expect=200).json["flavor"]["id"])

    def sound(self) -> None:
        self.assertEqual([], audit(self.cloud.database, settle=1.0))

    def test_a_life(self) -> None:
        small, large = self.size(64, 1), self.size(256, 3)
        server = self.boot(flavorRef=small)
        self.assertEqual((1, 1, 64), self.used())
        self.act(server, {"resize": {"flavorRef": large}}, "VERIFY_RESIZE")
        self.assertEqual((1, 3, 256), self.used())
        self.act(server, {"revertResize": None}, "ACTIVE")
        self.assertEqual((1, 1, 64), self.used())
        self.act(server, {"resize": {"flavorRef": large}}, "VERIFY_RESIZE")
        self.act(server, {"confirmResize": None}, "ACTIVE")
        self.act(server, {"resize": {"flavorRef": small}}, "VERIFY_RESIZE")
        self.assertEqual((1, 3, 256), self.used(), "the larger until it is confirmed")
        self.sound()
        self.act(server, {"confirmResize": None}, "ACTIVE")
        self.assertEqual((1, 1, 64), self.used())
        self.act(server, {"migrate": None}, "VERIFY_RESIZE")
        self.act(server, {"confirmResize": None}, "ACTIVE")
        self.act(server, {"rebuild": {"imageRef": self.image}}, "ACTIVE")
        self.act(server, {"rescue": None}, "RESCUE")
        self.act(server, {"unrescue": None}, "ACTIVE")
        self.act(server, {"shelve": None}, "SHELVED_OFFLOADED")
        self.assertEqual((1, 1, 64), self.used())
        self.act(server, {"unshelve": None}, "ACTIVE")
        self.sound()
        self._gone(server)
        self.assertEqual((0, 0, 0), self.used())
        self.sound()

    def test_one_that_never_lived(self) -> None:
        unlimited = {"quota_set": {"cores": -1, "ram": -1}}
        self.admin.put(f"/os-quota-sets/{self.project}", unlimited, expect=200)
        flavor = self.size(10**7, 500)
        made = self.member.post("/servers", self.wish(flavorRef=flavor), expect=202)
        server = made.json["server"]["id"]
        self.settled(server, "ERROR")
        self.assertEqual((1, 500, 10**7), self.used())
        self._gone(server)
        self.assertEqual((0, 0, 0), self.used())
        self.sound()

    def _gone(self, server: str) -> None:
        self.member.delete(f"/servers/{server}", expect=204)
        end = time.monotonic() + 20
        while self.member.get(f"/servers/{server}").status_int != 404:
            self.assertLess(time.monotonic(), end)
