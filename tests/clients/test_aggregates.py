# SPDX-License-Identifier: Apache-2.0
"""An administrator groups hosts with the real client, and a user boots into the new zone."""

from __future__ import annotations

from tests.clients.base import ClientCase
from tests.clients.standalone_process import Standalone


class AggregateCommands(ClientCase):
    cloud = "nova-cells-admin"

    @classmethod
    def setUpClass(cls) -> None:
        cloud = Standalone("--cells", "2", "--hosts", "2")
        cls.addClassCleanup(cloud.remove)
        cloud.start()
        cls.clouds = cloud.state / "clouds.yaml"
        cls.image = next(iter(cloud.access()["images"].values()))

    def test_life_of_an_aggregate(self) -> None:
        host = self.openstack("hypervisor", "list")[0]["Hypervisor Hostname"]
        self.openstack("aggregate", "create", "--zone", "lab", "--property", "ssd=true", "fast")
        self.openstack("aggregate", "add", "host", "fast", host)
        self.openstack(
            *("server", "create", "--flavor", "m1.tiny", "--image", self.image, "--nic", "none"),
            *("--availability-zone", "lab", "there"),
            cloud="nova-cells-member",
        )
        self.assertEqual(host, self.wait_for("there", "ACTIVE")["OS-EXT-SRV-ATTR:host"])
        self.assertEqual(["fast"], self.openstack("hypervisor", "show", host)["aggregates"])
        zones = self.openstack("availability", "zone", "list", "--compute")
        self.assertLessEqual({"lab", "nova"}, {zone["Zone Name"] for zone in zones})

        self.assertIn("409", self.refused("aggregate", "remove", "host", "fast", host))
        self.assertIn("400", self.refused("aggregate", "set", "--zone", "attic", "fast"))
        self.assertIn("400", self.refused("aggregate", "delete", "fast"))
        self.do("server", "delete", "--wait", "there")

        self.do("aggregate", "set", "--zone", "attic", "--property", "gpu=yes", "fast")
        self.do("aggregate", "unset", "--property", "ssd", "fast")
        shown = self.openstack("aggregate", "show", "fast")
        self.assertEqual(
            ("attic", {"gpu": "yes"}), (shown["availability_zone"], shown["properties"])
        )
        self.assertEqual([host], shown["hosts"])
        self.openstack("aggregate", "remove", "host", "fast", host)
        self.do("aggregate", "delete", "fast")
        self.assertEqual([], self.openstack("aggregate", "list"))

    def test_usage(self) -> None:
        self.openstack(
            *("server", "create", "--flavor", "m1.tiny", "--image", self.image, "--nic", "none"),
            "used",
        )
        self.wait_for("used", "ACTIVE")
        (usage,) = self.openstack("usage", "list")
        self.assertGreater(usage["RAM MB-Hours"], 0)
        self.refused("usage", "list", cloud="nova-cells-member")
        self.do("server", "delete", "--wait", "used")
        self.assertEqual(1, len(self.openstack("usage", "list")))
