# SPDX-License-Identifier: Apache-2.0
"""What the tests of this suite share: one stack and one cloud for the whole run.

A test removes what it makes, and afterwards the services themselves are asked whether anything of
its servers is left.
"""

from __future__ import annotations

import atexit
import functools
import time
import unittest
from collections.abc import Callable
from typing import Any

from kit.stack.rest import Refused, Rest

from tests.stack.cloud import NEWEST, StackCloud
from tests.stack.ground import Ground, ground

PATIENCE = 180.0
VOLUMES = "volume 3.71"
BAREMETAL = "baremetal 1.87"


@functools.cache
def cloud() -> StackCloud:
    """The one that runs, begun by whoever asks first."""
    made = StackCloud(ground())
    atexit.register(made.end)
    made.begin()
    return made


class StackCase(unittest.TestCase):
    """`compute`, `network`, `volume`, `baremetal`, `images`: the services as `user` sees them."""

    user = "demo"

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.ground: Ground = ground()
        cls.cloud = cloud()
        catalog = cls.ground.stack.catalog()
        cls.project = catalog.project(cls.user)
        token = catalog.token(cls.user, cls.user)
        admin = catalog.token("admin", "admin")
        urls = cls.ground.stack.urls
        cls.compute = Rest(cls.cloud.endpoint, token, NEWEST)
        cls.operator = Rest(cls.cloud.endpoint, admin, NEWEST)
        cls.network = Rest(f"{urls['neutron']}/v2.0", token)
        cls.all_networks = Rest(f"{urls['neutron']}/v2.0", admin)
        cls.volume = Rest(f"{urls['cinder']}/{cls.project}", token, VOLUMES)
        cls.all_volumes = Rest(f"{urls['cinder']}/{catalog.project('admin')}", admin, VOLUMES)
        cls.baremetal = Rest(f"{urls['ironic']}/v1", admin, BAREMETAL)
        cls.flavors = cls.cloud.flavors(cls.operator)
        cls.image = cls.ground.images["image"]
        found = cls.network.get(f"/networks?name=private&project_id={cls.project}")["networks"]
        cls.private = found[0]["id"]

    def boot(self, name: str = "", **more: Any) -> str:
        """A server of the small image and flavor that will be deleted; its uuid."""
        body = {
            "name": name or self.id().rpartition(".")[2][:60],
            "flavorRef": self.flavors["tiny"],
            "imageRef": self.image,
            "networks": [{"uuid": self.private}],
            **more,
        }
        body = {key: value for key, value in body.items() if value is not None}
        uuid: str = self.compute.post("/servers", {"server": body})["server"]["id"]
        self.addCleanup(self.remove, uuid)
        return uuid

    def act(self, uuid: str, action: str, body: Any = None, *, admin: bool = False) -> Any:
        """One action of a server."""
        asked = self.operator if admin else self.compute
        return asked.post(f"/servers/{uuid}/action", {action: body})

    def server(self, uuid: str) -> dict[str, Any]:
        """As its owner's administrator sees it."""
        return self.operator.get(f"/servers/{uuid}")["server"]

    def wait(self, uuid: str, *statuses: str, seconds: float = PATIENCE) -> dict[str, Any]:
        """The server once it is ACTIVE, or has one of these statuses, and does nothing."""
        good = statuses or ("ACTIVE",)
        until = time.monotonic() + seconds
        while True:
            found = self.server(uuid)
            if found["status"] in good and found["OS-EXT-STS:task_state"] is None:
                return found
            if (found["status"] == "ERROR" and "ERROR" not in good) or time.monotonic() > until:
                self.fail(f"{found['status']} {found['OS-EXT-STS:task_state']}: {self._why(found)}")
            time.sleep(0.3)

    def remove(self, uuid: str) -> None:
        """Delete a server and wait until it and its ports are gone."""
        try:
            self.compute.delete(f"/servers/{uuid}")
        except Refused as refused:
            if refused.status != 404:
                raise
        self.until(lambda: not self.exists(uuid), f"{uuid} is gone")

    def exists(self, uuid: str) -> bool:
        try:
            self.operator.get(f"/servers/{uuid}")
        except Refused as refused:
            if refused.status == 404:
                return False
            raise
        return True

    def until(self, true: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
        """What `true` answers as soon as that is anything."""
        limit = time.monotonic() + seconds
        while not (found := true()):
            if time.monotonic() > limit:
                self.fail(f"not within {seconds:.0f} s: {what}")
            time.sleep(0.3)
        return found

    def ports(self, uuid: str) -> list[dict[str, Any]]:
        """The ports that Neutron has for a server."""
        return self.all_networks.get(f"/ports?device_id={uuid}")["ports"]

    def console(self, uuid: str) -> str:
        """What the guest has printed."""
        told = self.operator.post(f"/servers/{uuid}/action", {"os-getConsoleOutput": {}})
        return str(told["output"])

    def new_volume(self, size: int = 1, **more: Any) -> str:
        """An available volume that will be deleted."""
        body = {"volume": {"size": size, "name": self.id().rpartition(".")[2][:60], **more}}
        volume: str = self.volume.post("/volumes", body)["volume"]["id"]
        self.addCleanup(self.remove_volume, volume)
        self.wait_volume(volume, "available")
        return volume

    def wait_volume(self, volume: str, status: str) -> dict[str, Any]:
        """The volume once it has a status."""

        def found() -> dict[str, Any] | None:
            now = self.volume.get(f"/volumes/{volume}")["volume"]
            self.assertNotEqual("error", now["status"])
            return now if now["status"] == status else None

        return self.until(found, f"volume {volume} is {status}")

    def remove_volume(self, volume: str) -> None:
        """Delete a volume; one that is gone already is no trouble."""
        try:
            self.volume.delete(f"/volumes/{volume}")
        except Refused as refused:
            if refused.status != 404:
                raise

    def _why(self, server: dict[str, Any]) -> str:
        log = self.cloud.log.read_text(errors="replace")[-1500:]
        return f"{server.get('fault')}\n{log}"
