# SPDX-License-Identifier: Apache-2.0
"""A server whose network is Neutron's: from the request to a guest that answers, and back."""

from __future__ import annotations

from tests.stack.reached import ReachedCase


class BootTest(ReachedCase):
    def test_a_guest_has_its_address_its_metadata_and_a_floating_address(self) -> None:
        uuid = self.boot()
        server = self.wait(uuid)
        (port,) = self.ports(uuid)
        self.assertEqual(
            (server["OS-EXT-SRV-ATTR:host"], "ACTIVE", self.project),
            (port["binding:host_id"], port["status"], port["project_id"]),
        )
        address = port["fixed_ips"][0]["ip_address"]
        self.assertEqual(address, server["addresses"]["private"][0]["addr"])
        self.until(lambda: "ssh ready" in self.console(uuid), "the guest is up")
        said = self.console(uuid)
        self.assertIn(f"eth0 {address}/", said)
        self.assertNotIn("no metadata service", said)
        (group,) = self.network.get(f"/security-groups?name=default&project_id={self.project}")[
            "security_groups"
        ]
        self.rule(group["id"])
        address = self.floating(port["id"])
        self.until(lambda: self.greeting(address) == b"SSH-", f"ssh at {address} answers")
        self.remove(uuid)
        self.assertEqual([], self.ports(uuid))
