# SPDX-License-Identifier: Apache-2.0
"""A server whose network is Neutron's: from the request to a guest that answers, and back."""

from __future__ import annotations

import socket
from typing import Any

from kit.stack.rest import Rest

from tests.stack.base import StackCase


class BootTest(StackCase):
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
        self.assertEqual(b"SSH-", self.greeting(self.floating(port["id"])))
        self.remove(uuid)
        self.assertEqual([], self.ports(uuid))

    def floating(self, port: str) -> str:
        """A floating address of a port, reachable by ssh."""
        (public,) = self.network.get("/networks?name=public")["networks"]
        (group,) = self.network.get(f"/security-groups?name=default&project_id={self.project}")[
            "security_groups"
        ]
        self.rule(self.network, group["id"])
        wanted = {"floating_network_id": public["id"], "port_id": port}
        made = self.network.post("/floatingips", {"floatingip": wanted})["floatingip"]
        self.addCleanup(self.network.delete, f"/floatingips/{made['id']}")
        return str(made["floating_ip_address"])

    def rule(self, network: Rest, group: str) -> None:
        """Let ssh in."""
        rule: dict[str, Any] = {"direction": "ingress", "ethertype": "IPv4", "protocol": "tcp"}
        rule |= {"port_range_min": 22, "port_range_max": 22, "security_group_id": group}
        made = network.post("/security-group-rules", {"security_group_rule": rule})
        self.addCleanup(
            network.delete, f"/security-group-rules/{made['security_group_rule']['id']}"
        )

    def greeting(self, address: str) -> bytes:
        """The first bytes its ssh server sends."""

        def first() -> bytes:
            try:
                with socket.create_connection((address, 22), 2) as connection:
                    connection.settimeout(5)
                    return connection.recv(4)
            except OSError:
                return b""

        return bytes(self.until(first, f"ssh at {address} answers"))
