# SPDX-License-Identifier: Apache-2.0
"""A server as every version shows it: one table, from the oldest version to the newest."""

from __future__ import annotations

from tests.api.harness import ApiCase

ATTRIBUTES = "OS-EXT-SRV-ATTR:"
BASE = {
    "id",
    "name",
    "status",
    "tenant_id",
    "user_id",
    "metadata",
    "hostId",
    "image",
    "flavor",
    "created",
    "updated",
    "addresses",
    "accessIPv4",
    "accessIPv6",
    "links",
    "progress",
    "OS-DCF:diskConfig",
}
EXTENDED = {
    "OS-EXT-AZ:availability_zone",
    "config_drive",
    "key_name",
    "OS-SRV-USG:launched_at",
    "OS-SRV-USG:terminated_at",
    "OS-EXT-STS:task_state",
    "OS-EXT-STS:vm_state",
    "OS-EXT-STS:power_state",
    "os-extended-volumes:volumes_attached",
}
ADMIN = {ATTRIBUTES + name for name in ("host", "instance_name", "hypervisor_hostname")}
ADMIN_LATER = {
    ATTRIBUTES + name
    for name in (
        "reservation_id",
        "launch_index",
        "ramdisk_id",
        "kernel_id",
        "hostname",
        "root_device_name",
        "user_data",
    )
}
ADDED = {
    9: {"locked"},
    19: {"description"},
    26: {"tags"},
    63: {"trusted_image_certificates"},
    71: {"server_groups"},
    73: {"locked_reason"},
    90: {ATTRIBUTES + "hostname"},
    96: {"pinned_availability_zone"},
    100: {"scheduler_hints"},
}
ADDED_FOR_ADMIN = {3: ADMIN_LATER, 16: {"host_status"}}


def keys_at(minor: int, *, admin: bool, listed: bool = False, updated: bool = False) -> set[str]:
    """The keys the contract names for one version."""
    whole = not updated or minor >= 75
    keys = set(BASE) | (EXTENDED if whole else set()) | (ADMIN if admin and whole else set())
    for since, names in ADDED.items():
        if since <= minor:
            keys |= names
    for since, names in ADDED_FOR_ADMIN.items():
        if since <= minor and admin and whole:
            keys |= names
    return keys - {"server_groups"} if listed else keys


class ShapeTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.boot(metadata={"a": "b"})

    def test_show_in_every_version(self):
        for minor in range(1, 105):
            for client, admin in ((self.member, False), (self.admin, True)):
                shown = client.get(f"/servers/{self.server}", f"2.{minor}", expect=200)
                self.assertEqual(
                    keys_at(minor, admin=admin), set(shown.json["server"]), f"2.{minor}"
                )

    def test_detail_in_every_version(self):
        for minor in range(1, 105):
            listed = self.admin.get("/servers/detail", f"2.{minor}", expect=200).json["servers"]
            self.assertEqual(keys_at(minor, admin=True, listed=True), set(listed[0]), f"2.{minor}")

    def test_the_answer_to_put_in_every_version(self):
        for minor in range(1, 105):
            answer = self.admin.put(
                f"/servers/{self.server}", {"server": {}}, f"2.{minor}", expect=200
            )
            self.assertEqual(
                keys_at(minor, admin=True, updated=True), set(answer.json["server"]), f"2.{minor}"
            )

    def test_the_brief_list_never_changed(self):
        for minor in range(1, 105):
            listed = self.member.get("/servers", f"2.{minor}", expect=200).json["servers"]
            self.assertEqual({"id", "name", "links"}, set(listed[0]))

    def test_the_flavor_is_a_link_up_to_2_46(self):
        old = self.member.get(f"/servers/{self.server}", "2.46").json["server"]["flavor"]
        self.assertEqual({"id", "links"}, set(old))
        self.assertEqual(self.cloud.flavors["m1.nano"], old["id"])
        new = self.member.get(f"/servers/{self.server}", "2.47").json["server"]["flavor"]
        self.assertEqual("m1.nano", new["original_name"])
        self.assertEqual(
            {"vcpus", "ram", "disk", "ephemeral", "swap", "original_name", "extra_specs"}, set(new)
        )

    def test_the_image_has_properties_from_2_98(self):
        old = self.member.get(f"/servers/{self.server}", "2.97").json["server"]["image"]
        self.assertEqual({"id", "links"}, set(old))
        new = self.member.get(f"/servers/{self.server}", "2.98").json["server"]["image"]
        self.assertEqual({"id", "links", "properties"}, set(new))

    def test_values(self):
        server = self.admin.get(f"/servers/{self.server}").json["server"]
        self.assertEqual("ACTIVE", server["status"])
        self.assertEqual(1, server["OS-EXT-STS:power_state"])
        self.assertRegex(server["created"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        launched = server["OS-SRV-USG:launched_at"]
        self.assertRegex(launched, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$")
        self.assertRegex(server["hostId"], "^[0-9a-f]{56}$")
        self.assertEqual({"a": "b"}, server["metadata"])
        self.assertEqual("UP", server["host_status"])
        self.assertEqual({}, server["addresses"])

    def test_an_outsider_sees_nothing(self):
        answer = self.other.get(f"/servers/{self.server}")
        self.assertFault(answer, 404, "itemNotFound", self.server)
        self.assertEqual([], self.other.get("/servers").json["servers"])
        self.admin.get(f"/servers/{self.server}", expect=200)
