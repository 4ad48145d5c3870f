# SPDX-License-Identifier: Apache-2.0
"""Ports of real guests: plugged while they run, taken along when they move, given back."""

from __future__ import annotations

from typing import Any

from tests.stack.base import StackCase


class PortsTest(StackCase):
    def test_a_port_comes_and_goes_while_the_guest_runs(self) -> None:
        uuid = self.boot()
        self.wait(uuid)
        (first,) = self.ports(uuid)
        wish = {"interfaceAttachment": {"net_id": self.private}}
        made = self.compute.post(f"/servers/{uuid}/os-interface", wish)["interfaceAttachment"]
        self.assertIn(made["port_id"], [port["id"] for port in self.ports(uuid)])
        self.until(lambda: self.is_up(made["port_id"]), "the port is plugged in")
        shown = self.server(uuid)["addresses"]["private"]
        self.assertIn(made["fixed_ips"][0]["ip_address"], [each["addr"] for each in shown])
        self.compute.delete(f"/servers/{uuid}/os-interface/{made['port_id']}")
        self.until(lambda: len(self.ports(uuid)) == 1, "the port is gone")
        self.assertEqual([first["id"]], [port["id"] for port in self.ports(uuid)])

    def test_a_given_port_is_the_guests_while_it_is_there(self) -> None:
        given = self.given()
        uuid = self.boot(networks=[{"port": given["id"]}])
        self.wait(uuid)
        self.assertEqual([given["id"]], [port["id"] for port in self.ports(uuid)])
        self.remove(uuid)
        self.assertEqual([], self.ports(uuid))
        left = self.all_networks.get(f"/ports/{given['id']}")["port"]
        self.assertEqual(("", ""), (left["device_id"], left["binding:host_id"]))

    def test_a_running_guest_takes_its_port_to_another_host(self) -> None:
        uuid = self.boot()
        home = self.wait(uuid)["OS-EXT-SRV-ATTR:host"]
        (port,) = self.ports(uuid)
        self.until(lambda: "ssh ready" in self.console(uuid), "the guest is up")
        self.act(uuid, "os-migrateLive", {"host": None, "block_migration": "auto"}, admin=True)
        there = self.wait(uuid)["OS-EXT-SRV-ATTR:host"]
        self.assertNotEqual(home, there)
        self.until(lambda: self.bound(uuid) == {(there, "ACTIVE")}, f"it is plugged in on {there}")
        self.assertEqual([port["id"]], [now["id"] for now in self.ports(uuid)])

    def test_a_guest_that_moved_and_came_back_is_bound_at_home(self) -> None:
        uuid = self.boot()
        home = self.wait(uuid)["OS-EXT-SRV-ATTR:host"]
        self.act(uuid, "migrate", None, admin=True)
        there = self.wait(uuid, "VERIFY_RESIZE")["OS-EXT-SRV-ATTR:host"]
        self.until(lambda: self.bound(uuid) == {(there, "ACTIVE")}, f"it is plugged in on {there}")
        self.act(uuid, "revertResize", None)
        self.wait(uuid)
        self.until(lambda: self.bound(uuid) == {(home, "ACTIVE")}, f"it is plugged in on {home}")

    def given(self) -> dict[str, Any]:
        """A port that somebody made for a server."""
        body = {"port": {"network_id": self.private, "name": "given"}}
        port: dict[str, Any] = self.network.post("/ports", body)["port"]
        self.addCleanup(self.network.delete, f"/ports/{port['id']}")
        return port

    def is_up(self, port: str) -> bool:
        shown = self.all_networks.get(f"/ports/{port}")["port"]
        return bool(shown["status"] == "ACTIVE")

    def bound(self, uuid: str) -> set[tuple[str, str]]:
        """Where its ports are, and how."""
        return {(port["binding:host_id"], port["status"]) for port in self.ports(uuid)}
