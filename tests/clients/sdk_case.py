# SPDX-License-Identifier: Apache-2.0
"""openstacksdk against the shared cloud. A test names the resource classes it tries by `tries`."""

from __future__ import annotations

import time
import unittest
import uuid
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from openstack.compute.v2.server import Server
from openstack.resource import Resource

from tests.clients.shared_cloud import ADMIN, MEMBER, cloud

# One that nobody has.
NOBODY = "00000000-0000-4000-8000-000000000000"
Test = TypeVar("Test", bound=Callable[..., None])
PATIENCE = 60
TRIED: set[type[Resource]] = set()


def tries(*classes: type[Resource]) -> Callable[[Test], Test]:
    """Marks a test as the one of these classes."""

    def mark(test: Test) -> Test:
        TRIED.update(classes)
        return test

    return mark


class SdkCase(unittest.TestCase):
    """`admin` and `member` are the SDK's compute proxies of two users in two projects."""

    flavors: ClassVar[dict[str, Any]]

    @classmethod
    def setUpClass(cls) -> None:
        cls.cloud = cloud()
        cls.admin = cls.cloud.connection(ADMIN).compute
        cls.member = cls.cloud.connection(MEMBER).compute
        cls.image = cls.cloud.images["image"]
        cls.flavors = {flavor.name: flavor for flavor in cls.admin.flavors()}

    def name(self) -> str:
        """One that no other test has."""
        return f"sdk-{uuid.uuid4().hex[:12]}"

    def boot(self, compute: Any = None, **wishes: Any) -> Server:
        """An ACTIVE server of the member, gone when the test ends."""
        compute = compute or self.member
        wanted = {
            "name": self.name(),
            "image_id": self.image,
            "flavor_id": self.flavors["m1.tiny"].id,
            "networks": "none",
        }
        server = compute.create_server(**{**wanted, **wishes})
        self.addCleanup(self._remove, server)
        return self.settled(server)

    def settled(self, server: Server, status: str = "ACTIVE") -> Server:
        """The server once it has the status and no task."""
        until = time.monotonic() + PATIENCE
        while True:
            server = self.admin.get_server(server.id)
            if (server.status, server.task_state) == (status, None):
                return server
            if server.status == "ERROR" or time.monotonic() > until:
                self.fail(f"{server.id} is {server.status}: {self._story(server)}")
            time.sleep(0.1)

    def done(self, server: Server, action: str) -> None:
        """Wait for the end of an action that shows in no field of the server: it went well."""
        until = time.monotonic() + PATIENCE
        while True:
            last = next(iter(self.admin.server_actions(server)))
            self.assertEqual(action, last.action)
            found = self.admin.get_server_action(last.request_id, server)
            results = {event["result"] for event in found.events or ()}
            if results == {"Success"}:
                return
            if "Error" in results or time.monotonic() > until:
                self.fail(self._story(server))
            time.sleep(0.1)

    def _story(self, server: Server) -> str:
        """What was done to a server and what came of it, for whoever reads a failure."""
        done = [one.to_dict() for one in self.admin.server_actions(server)]
        last = [self.admin.get_server_action(one["request_id"], server) for one in done[:2]]
        events = [event.to_dict() for one in last for event in one.events or ()]
        told = [(one["event"], one["result"], one["details"], one["host"]) for one in events]
        return f"{server.task_state=} {server.fault=} {[one['action'] for one in done]} {told}"

    def _remove(self, server: Server) -> None:
        self.admin.delete_server(server.id, force=True, ignore_missing=True)
        self.admin.wait_for_delete(server, interval=0.1, wait=60)
