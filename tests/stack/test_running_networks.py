# SPDX-License-Identifier: Apache-2.0
"""Networks of servers while they run: what is made for them, changes, and is seen by guests."""

from __future__ import annotations

import base64
import secrets

from kit.stack.rest import Rest

from tests.stack.cloud import NEWEST
from tests.stack.reached import ReachedCase

ASKS = """#!/bin/sh
for name in latest/meta_data.json 2012-08-10/meta_data.json nothing/there; do
  answer=$(wget -q -O - http://169.254.169.254/openstack/$name | tr -d '\\n')
  echo "asked: $name [$answer]"
done
"""


class AllocationTest(ReachedCase):
    """A project that has no network of its own."""

    def setUp(self) -> None:
        super().setUp()
        catalog = self.ground.stack.catalog()
        name = f"auto-{secrets.token_hex(4)}"
        self.project = catalog.project(name)
        catalog.user(name, self.project, "member", "reader")
        token, urls = catalog.token(name, name), self.ground.stack.urls
        self.compute = Rest(self.cloud.endpoint, token, NEWEST)
        self.network = Rest(f"{urls['neutron']}/v2.0", token)
        self.addCleanup(self.all_networks.delete, f"/auto-allocated-topology/{self.project}")

    def test_a_network_is_made_for_who_asks_for_any_and_none_for_none(self) -> None:
        none = self.boot(networks="none")
        self.wait(none)
        self.assertEqual([], self.ports(none))
        self.assertEqual({}, self.compute.get(f"/servers/{none}")["server"]["addresses"])
        self.remove(none)
        self.assertEqual([], self.own_networks())
        first = self.boot(networks="auto")
        self.wait(first)
        [network] = self.own_networks()
        self.assertEqual([network], [port["network_id"] for port in self.ports(first)])
        again = self.boot(networks="auto")
        self.wait(again)
        self.assertEqual([network], [port["network_id"] for port in self.ports(again)])
        self.assertEqual([network], self.own_networks())
        for uuid in (first, again):
            self.remove(uuid)
            self.assertEqual([], self.ports(uuid))

    def own_networks(self) -> list[str]:
        found = self.all_networks.get(f"/networks?project_id={self.project}")["networks"]
        return [network["id"] for network in found if not network["router:external"]]


class RunningTest(ReachedCase):
    def test_a_guest_asks_and_its_groups_are_changed(self) -> None:
        """The agent of the network signs the guest's questions; the group lets us in or not."""
        shut, let_in = self.group("running-shut"), self.group("running-open")
        self.rule(let_in)
        script = base64.b64encode(ASKS.encode()).decode()
        groups = [{"name": "running-shut"}]
        uuid = self.boot(user_data=script, security_groups=groups, config_drive=False)
        self.wait(uuid)
        self.until(lambda: "asked: nothing/there" in self.console(uuid), "the guest has asked")
        said = self.console(uuid)
        for line in [one for one in said.splitlines() if "meta_data.json" in one]:
            self.assertIn(uuid, line)
        self.assertRegex(said, r"asked: nothing/there \[\]")
        (port,) = self.ports(uuid)
        self.assertEqual([shut], port["security_groups"])
        address = self.floating(port["id"])
        self.assertEqual(b"", self.greeting(address))
        self.act(uuid, "addSecurityGroup", {"name": "running-open"})
        self.until(lambda: self.greeting(address) == b"SSH-", "it may be reached")
        self.act(uuid, "removeSecurityGroup", {"name": "running-open"})
        self.until(lambda: self.greeting(address) == b"", "it may not be reached any more")
        self.remove(uuid)

    def test_what_changed_while_nobody_listened_is_seen_later(self) -> None:
        uuid = self.boot()
        self.wait(uuid)
        (port,) = self.ports(uuid)
        changes = {"security_groups": [self.group("running-late")]}
        self.cloud.end()
        try:
            self.all_networks.put(f"/ports/{port['id']}", {"port": changes})
            address = self.floating(port["id"])
        finally:
            self.cloud.begin()

        def shown() -> bool:
            server = self.compute.get(f"/servers/{uuid}")["server"]
            found = [each["addr"] for one in server["addresses"].values() for each in one]
            names = [group["name"] for group in server.get("security_groups", ())]
            return address in found and names == ["running-late"]

        self.until(shown, "it is seen without having been told")
        self.remove(uuid)
