# SPDX-License-Identifier: Apache-2.0
"""A user's first hour with the real client on a standalone cloud without other services."""

from __future__ import annotations

import unittest

from tests.clients.base import ClientCase
from tests.clients.standalone_process import Standalone


class FirstHour(ClientCase):
    """One cloud for the whole class; each test makes its own servers."""

    standalone: Standalone
    cloud = "nova-cells-member"

    @classmethod
    def setUpClass(cls) -> None:
        cls.standalone = Standalone("--cells", "2", "--hosts", "2")
        cls.addClassCleanup(cls.standalone.remove)
        cls.standalone.start()
        cls.clouds = cls.standalone.state / "clouds.yaml"
        cls.image = next(iter(cls.standalone.access()["images"].values()))

    def boot(self, name: str, *options: str, cloud: str | None = None) -> None:
        what = ("--flavor", "m1.tiny", "--image", self.image, "--nic", "none")
        self.openstack("server", "create", *what, *options, name, cloud=cloud)

    def test_life_of_a_server(self) -> None:
        self.boot("life", "--property", "colour=blue", "--description", "first")
        shown = self.wait_for("life", "ACTIVE")
        self.assertEqual({"colour": "blue"}, shown["properties"])
        self.do("server", "stop", "life")
        self.wait_for("life", "SHUTOFF")
        self.do("server", "start", "life")
        self.wait_for("life", "ACTIVE")
        self.do("server", "reboot", "--hard", "life")
        self.wait_for("life", "ACTIVE")
        self.assertTrue(self.do("console", "log", "show", "life").strip())
        events = self.openstack("server", "event", "list", "life")
        self.assertEqual(
            ["reboot", "start", "stop", "create"], [event["Action"] for event in events]
        )
        self.do("server", "set", "--name", "renamed", "--property", "size=1", "life")
        self.assertEqual("renamed", self.openstack("server", "show", "renamed")["name"])
        self.do("server", "delete", "--wait", "renamed")
        self.wait_gone("renamed")

    def test_names_and_keys(self) -> None:
        self.openstack("keypair", "list")
        made = self.openstack("server", "group", "create", "--policy", "anti-affinity", "apart")
        self.boot("apart-1", "--hint", f"group={made['id']}")
        self.boot("apart-2", "--hint", f"group={made['id']}")
        for name in ("apart-1", "apart-2"):
            self.wait_for(name, "ACTIVE")
        hosts = {
            self.openstack("server", "show", name, cloud="nova-cells-admin")["OS-EXT-SRV-ATTR:host"]
            for name in ("apart-1", "apart-2")
        }
        self.assertEqual(2, len(hosts))

    def test_an_administrator_sees_hosts_and_services(self) -> None:
        admin = "nova-cells-admin"
        self.assertEqual(4, len(self.openstack("hypervisor", "list", cloud=admin)))
        services = self.openstack("compute", "service", "list", cloud=admin)
        self.assertLessEqual({"up"}, {service["State"] for service in services})
        zones = self.openstack("availability", "zone", "list", "--compute")
        self.assertEqual(["nova"], [zone["Zone Name"] for zone in zones])
        self.assertIn("m1.tiny", [row["Name"] for row in self.openstack("flavor", "list")])
        self.assertTrue(self.openstack("limits", "show", "--absolute"))

    def test_another_project_sees_nothing(self) -> None:
        self.boot("private")
        self.wait_for("private", "ACTIVE")
        self.assertNotIn(
            "private",
            [row["Name"] for row in self.openstack("server", "list", cloud="nova-cells-other")],
        )
        said = self.refused("server", "show", "private", cloud="nova-cells-other")
        self.assertIn("No Server found", said)
        self.refused("hypervisor", "list")


class ComesBack(unittest.TestCase):
    """Stopped and started again, a standalone cloud has lost nothing."""

    def test_stop_and_start(self) -> None:
        from kit.bench.http_client import Api

        cloud = Standalone("--cells", "1", "--hosts", "1")
        self.addCleanup(cloud.remove)
        cloud.start()
        access = cloud.access()
        self.assertEqual({"admin", "member", "reader", "other"}, set(access["tokens"]))
        uuid = Api(access, "member").boot(access, "lasting")
        Api(access, "member").wait(uuid)
        self.assertLess(cloud.stop(), 6)
        cloud.start()
        server = Api(access, "member").call("GET", f"/servers/{uuid}")["server"]
        self.assertEqual("ACTIVE", server["status"])
        Api(access, "member").call("POST", f"/servers/{uuid}/action", {"os-stop": None})
        Api(access, "member").wait(uuid, "SHUTOFF")

    def test_one_process_a_folder(self) -> None:
        cloud = Standalone("--cells", "1", "--hosts", "1")
        self.addCleanup(cloud.remove)
        cloud.start()
        second = Standalone("--cells", "1", "--hosts", "1")
        self.addCleanup(second.remove)
        second.state = cloud.state
        with self.assertRaisesRegex(AssertionError, "in use"):
            second.start()
