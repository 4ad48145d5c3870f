# SPDX-License-Identifier: Apache-2.0
"""openstacksdk's classes for those who use a cloud, except the server itself."""

from __future__ import annotations

from openstack import exceptions
from openstack.compute.v2 import (
    extension,
    flavor,
    keypair,
    limits,
    server_action,
    server_group,
    server_ip,
)

from tests.clients.sdk_case import NOBODY, SdkCase, tries


class UserClasses(SdkCase):
    @tries(extension.Extension)
    def test_extensions(self) -> None:
        aliases = {one.alias for one in self.member.extensions()}
        self.assertIn("os-keypairs", aliases)
        self.assertEqual("os-keypairs", self.member.find_extension("os-keypairs").alias)

    @tries(flavor.Flavor, flavor.FlavorDetail)
    def test_flavors(self) -> None:
        made = self.admin.create_flavor(
            name=self.name(), ram=64, disk=1, vcpus=1, is_public=False, description="ours"
        )
        self.addCleanup(self.admin.delete_flavor, made.id)
        self.admin.create_flavor_extra_specs(made, {"hw:cpu_policy": "shared"})
        self.assertEqual("shared", self.admin.get_flavor(made.id).extra_specs["hw:cpu_policy"])
        self.admin.update_flavor_extra_specs_property(made, "hw:cpu_policy", "mixed")
        self.admin.delete_flavor_extra_specs_property(made, "hw:cpu_policy")
        changed = self.admin.update_flavor(made.id, description="better")
        self.assertEqual("better", changed.description)
        self.assertIsNone(self.member.find_flavor(made.name))
        project = self.cloud.project("demo")
        self.admin.flavor_add_tenant_access(made, project)
        self.assertEqual(project, self.admin.get_flavor_access(made)[0]["tenant_id"])
        self.assertEqual(made.id, self.member.find_flavor(made.name).id)
        self.admin.flavor_remove_tenant_access(made, project)
        self.assertIn("m1.tiny", [one.name for one in self.member.flavors(details=False)])

    @tries(keypair.Keypair)
    def test_keypairs(self) -> None:
        made = self.member.create_keypair(name=self.name(), public_key=self.cloud.key.read_text())
        self.assertEqual(made.fingerprint, self.member.get_keypair(made.name).fingerprint)
        self.assertIn(made.name, [one.name for one in self.member.keypairs()])
        self.assertIsNone(self.admin.find_keypair(made.name))
        self.member.delete_keypair(made.name)
        self.assertIsNone(self.member.find_keypair(made.name))

    @tries(limits.Limits, limits.AbsoluteLimits, limits.RateLimit, limits.RateLimits)
    def test_limits(self) -> None:
        found = self.member.get_limits()
        self.assertEqual(200, found.absolute.instances)
        self.assertEqual([], found.rate)  # the API has had no rate limits since 2.1

    @tries(server_group.ServerGroup)
    def test_server_groups(self) -> None:
        made = self.member.create_server_group(
            name=self.name(), policy="anti-affinity", rules={"max_server_per_host": 2}
        )
        self.assertEqual(made.id, self.member.find_server_group(made.name).id)
        self.assertIsNone(self.admin.find_server_group(made.name))
        self.assertEqual(2, self.member.get_server_group(made.id).rules["max_server_per_host"])
        self.member.delete_server_group(made.id)
        with self.assertRaises(exceptions.NotFoundException):
            self.member.get_server_group(made.id)

    @tries(server_action.ServerAction, server_action.ServerActionEvent)
    def test_actions_of_a_server(self) -> None:
        server = self.boot()
        (row,) = self.member.server_actions(server)
        shown = self.admin.get_server_action(row.request_id, server)
        self.assertEqual("create", shown.action)
        self.assertEqual("Success", shown.events[0].result)
        with self.assertRaises(exceptions.NotFoundException):
            self.member.get_server_action(f"req-{NOBODY}", server)

    @tries(server_ip.ServerIP)
    def test_addresses_without_a_network(self) -> None:
        self.assertEqual([], list(self.member.server_ips(self.boot())))
