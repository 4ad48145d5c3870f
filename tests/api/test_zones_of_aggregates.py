# SPDX-License-Identifier: Apache-2.0
"""Zones over a whole cloud of its own: a server lands where its aggregate is, at once."""

from __future__ import annotations

import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any, ClassVar

from webtest import TestApp

from tests.api.harness import HOSTS, ApiCase, TrialCloud

PATH = "/os-aggregates"
SERVERS = 10


class ZoneTest(ApiCase):
    """Hosts must be empty to get a zone, which those of the cloud of other tests are not."""

    own: ClassVar[TrialCloud]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        root = Path(tempfile.mkdtemp(prefix="nova-cells-zones-"))
        cls.addClassCleanup(shutil.rmtree, root, True)
        cls.own = TrialCloud(root)
        cls.addClassCleanup(cls.own.stop)

    def setUp(self) -> None:
        super().setUp()
        self.cloud = self.own
        for client in (self.member, self.reader, self.admin, self.other):
            client._app = TestApp(self.own.app)
        self.image = next(iter(self.own.images.values()))
        self.until(lambda: len(self.hosts()) == 2 * HOSTS, "not all hosts are known")

    def hosts(self) -> list[str]:
        answer = self.admin.get("/os-services?binary=nova-compute", expect=200)
        return [service["host"] for service in answer.json["services"]]

    def act(self, key: int, action: str, expect: int = 200, **body: Any) -> Any:
        return self.admin.post(f"{PATH}/{key}/action", {action: body}, expect=expect)

    def zoned(self, zone: str, *hosts: str) -> int:
        """A new aggregate; it is gone after the test."""
        wish = {"aggregate": {"name": zone, "availability_zone": zone}}
        key: int = self.admin.post(PATH, wish, expect=200).json["aggregate"]["id"]
        self.addCleanup(self.admin.delete, f"{PATH}/{key}", expect=200)
        for host in hosts:
            self.act(key, "add_host", host=host)
            self.addCleanup(self.act, key, "remove_host", host=host)
        return key

    def host_in(self, zone: str, **wish: Any) -> str:
        """Where a server got to, which is in the zone and is gone after the test."""
        server = self.boot(**wish)
        self.addCleanup(self.gone, server)
        shown = self.admin.get(f"/servers/{server}", expect=200).json["server"]
        self.assertEqual(zone, shown["OS-EXT-AZ:availability_zone"])
        return str(shown["OS-EXT-SRV-ATTR:host"])

    def test_servers_land_in_a_zone_made_just_before(self) -> None:
        for host in self.hosts():
            self.zoned(f"zone-{host}", host)
            zone = f"zone-{host}"
            self.assertEqual(host, self.host_in(zone, availability_zone=zone))

    def test_a_zone_is_gone_with_its_hosts(self) -> None:
        (host, *_) = self.hosts()
        key = self.zoned("brief")
        self.act(key, "add_host", host=host)
        server = self.boot(availability_zone="brief")
        answer = self.act(key, "remove_host", expect=409, host=host)
        self.assertFault(answer, 409, "conflictingRequest", host)
        self.gone(server)
        self.act(key, "remove_host", host=host)
        wish = self.wish(availability_zone="brief")
        self.assertFault(self.member.post("/servers", wish), 400, "badRequest", "brief")

    def test_aggregates_change_while_builds_run(self) -> None:
        """A host is put into a zone and out of it again; every boot ends well, and in its zone."""
        first, *others = self.hosts()
        self.zoned("steady", *others[:2])
        fickle = self.zoned("fickle")
        self.addCleanup(
            self.admin.post, f"{PATH}/{fickle}/action", {"remove_host": {"host": first}}
        )
        over, moves = threading.Event(), []

        def change() -> None:
            while not over.is_set():
                for action in ("add_host", "remove_host"):
                    body = {action: {"host": first}}
                    answer = self.admin.post(f"{PATH}/{fickle}/action", body)
                    moves.append(answer.status_int)

        mover = threading.Thread(target=change)
        mover.start()
        try:
            zones = ["steady" if number % 2 else None for number in range(SERVERS)]
            servers = [(self.boot_soon(availability_zone=zone), zone) for zone in zones]
        finally:
            over.set()
            mover.join()
        for server, zone in servers:
            self.settled(server, "ACTIVE")
            shown = self.admin.get(f"/servers/{server}", expect=200).json["server"]
            if zone is not None:
                self.assertEqual(zone, shown["OS-EXT-AZ:availability_zone"])
                self.assertIn(shown["OS-EXT-SRV-ATTR:host"], others[:2])
        self.assertIn(200, moves)

    def boot_soon(self, **wish: Any) -> str:
        """A boot asked for and not waited for; it is gone after the test."""
        asked = self.wish(**{name: value for name, value in wish.items() if value is not None})
        server = str(self.member.post("/servers", asked, expect=202).json["server"]["id"])
        self.addCleanup(self.gone, server)
        return server

    def test_a_plain_boot_stays_out_of_no_zone(self) -> None:
        hosts = self.hosts()
        self.zoned("all", *hosts)
        self.assertIn(self.host_in("all", availability_zone="all"), hosts)
        self.assertIn(self.host_in("all"), hosts)
