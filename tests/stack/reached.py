# SPDX-License-Identifier: Apache-2.0
"""Guests of the real network as this machine reaches them, by floating addresses."""

from __future__ import annotations

import socket
from typing import Any

from tests.stack.base import StackCase


class ReachedCase(StackCase):
    """What is made here is removed when the test is over."""

    def floating(self, port: str) -> str:
        """A floating address of a port."""
        (public,) = self.network.get("/networks?name=public")["networks"]
        wanted = {"floating_network_id": public["id"], "port_id": port}
        made = self.network.post("/floatingips", {"floatingip": wanted})["floatingip"]
        self.addCleanup(self.network.delete, f"/floatingips/{made['id']}")
        return str(made["floating_ip_address"])

    def rule(self, group: str) -> None:
        """Let ssh in."""
        rule: dict[str, Any] = {"direction": "ingress", "ethertype": "IPv4", "protocol": "tcp"}
        rule |= {"port_range_min": 22, "port_range_max": 22, "security_group_id": group}
        made = self.network.post("/security-group-rules", {"security_group_rule": rule})
        self.addCleanup(
            self.network.delete, f"/security-group-rules/{made['security_group_rule']['id']}"
        )

    def group(self, name: str) -> str:
        """A security group that lets nothing in."""
        made = self.network.post("/security-groups", {"security_group": {"name": name}})
        group: str = made["security_group"]["id"]
        self.addCleanup(self.network.delete, f"/security-groups/{group}")
        return group

    def greeting(self, address: str) -> bytes:
        """The first bytes that its ssh server sends; none where nobody answers."""
        try:
            with socket.create_connection((address, 22), 2) as connection:
                connection.settimeout(5)
                return connection.recv(4)
        except OSError:
            return b""
