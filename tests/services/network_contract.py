# SPDX-License-Identifier: Apache-2.0
"""What we rely on at Neutron: the same tests run against its twin and against the real one.

Whoever mixes it in makes the things a test needs: `make_network`, `make_port`, `make_group`,
`caller`, `service` and the names of two hosts that ports can be bound on.
"""

from __future__ import annotations

import unittest
import uuid
from typing import Any

from nova_cells.clients.calling.service import Service
from nova_cells.clients.network.interface import Terms
from nova_cells.clients.network.neutron import NeutronNetwork
from nova_cells.clients.network.neutron_ports import NeutronPorts
from nova_cells.clients.network.ports import NotBound, PortOwner
from nova_cells.clients.service_faults import Impossible, InUse, NotThere

Document = dict[str, Any]


class NetworkContract(unittest.TestCase):
    """`caller`: the context of a member of a project of its own."""

    service: Service
    caller: Any
    host: str
    second: str
    allocates: bool
    """Whether this Neutron is set up to make networks for projects that have none."""

    def make_network(self, cidr: str | None = "10.77.0.0/24") -> Document:
        raise AssertionError("whoever mixes this in says how")

    def make_port(self, network: Document) -> Document:
        raise AssertionError("whoever mixes this in says how")

    def make_group(self, name: str) -> Document:
        raise AssertionError("whoever mixes this in says how")

    def begin(self) -> None:
        """Before each test."""
        self.ports = NeutronPorts(self.service)
        self.network = NeutronNetwork(self.service)
        self.uuid = str(uuid.uuid4())
        self.owner = PortOwner(self.uuid, self.caller.project_id, "Host.domain")

    def requests(self) -> int:
        return sum(self.service.counts.requests().values())

    def plan(self, networks: Any, groups: tuple[str, ...] = (), **terms: Any) -> list[Document]:
        return self.network.plan(self.caller, networks, list(groups), Terms(**terms))

    def wish(self, network: Document, **more: Any) -> Document:
        return self.plan([{"uuid": network["id"], **more}])[0]

    def made(self, network: Document, key: str = "0", **more: Any) -> Document:
        return self.ports.make(self.owner, key, self.wish(network, **more), self.host)

    def test_a_port_is_made_and_bound_by_one_request(self) -> None:
        network = self.make_network()
        wish = self.wish(network)
        self.assertEqual((network["id"], None), (wish["network_id"], wish["port_id"]))
        self.ports.make(self.owner, "0", wish, self.host)  # learns what this Neutron can
        before = self.requests()
        port = self.ports.make(self.owner, "1", wish, self.host)
        self.assertEqual(1, self.requests() - before)
        self.assertEqual("ovs", port["binding:vif_type"])
        self.assertEqual(self.caller.project_id, port["project_id"])
        before = self.requests()
        self.assertEqual(
            ["0", "1"], [self.ports.key_of(p) for p in self.ports.of_server(self.uuid)]
        )
        self.assertEqual(1, self.requests() - before)
        self.assertEqual([self.uuid], list(self.ports.of_servers([self.uuid, str(uuid.uuid4())])))

    def test_an_interface_is_made_of_a_port(self) -> None:
        network = self.make_network()
        port = self.made(network, fixed_ip="10.77.0.50", tag="t")
        [nic] = self.ports.nics([port])
        before = self.requests()
        self.assertEqual([nic], self.ports.nics([port]))
        self.assertEqual(before, self.requests())
        expected = {
            "service": "neutron",
            "key": "0",
            "id": port["id"],
            "tag": "t",
            "label": network["name"],
            "network_id": network["id"],
            "gateway": "10.77.0.1",
            "dns": ["9.9.9.9"],
            "preserve": False,
            "floating": [],
            "vif_type": "ovs",
            "vnic_type": "normal",
            "bridge": "br-int",
            "state": "DOWN",
            "devname": ("tap" + port["id"])[:14],
        }
        self.assertEqual(expected, {name: nic[name] for name in expected})
        [address] = nic["addresses"]
        self.assertEqual(("10.77.0.50", 4, 24), tuple(address.values())[:3])
        [subnet] = nic["subnets"]
        self.assertEqual((address["subnet_id"], "10.77.0.0/24"), (subnet["id"], subnet["cidr"]))
        self.assertEqual(["default"], [group["name"] for group in nic["groups"]])

    def test_what_was_made_is_deleted_and_what_was_given_is_let_go(self) -> None:
        network = self.make_network()
        given = self.make_port(network)
        [wish] = self.plan([{"port": given["id"]}])
        made = self.made(network)
        port = self.ports.adopt(self.owner, "1", wish, self.host)
        self.assertEqual([False, True], [nic["preserve"] for nic in self.ports.nics([made, port])])
        self.assertEqual(port["id"], self.ports.adopt(self.owner, "1", wish, self.host)["id"])
        self.ports.release_all(self.uuid)
        self.ports.release_all(self.uuid)
        self.assertEqual([], self.ports.of_server(self.uuid))
        left = self.service.get(f"/ports/{given['id']}")["port"]
        nothing = ("", "", "", {})
        names = ("device_id", "device_owner", "binding:host_id", "binding:profile")
        self.assertEqual(nothing, tuple(left[name] for name in names))
        self.assertRaises(NotThere, self.service.get, f"/ports/{made['id']}")

    def test_a_port_is_released_for_its_own_server_only(self) -> None:
        port = self.made(self.make_network())
        self.ports.release(str(uuid.uuid4()), port["id"])
        self.assertEqual(1, len(self.ports.of_server(self.uuid)))
        self.ports.release(self.uuid, port["id"])
        self.ports.release(self.uuid, port["id"])
        self.assertEqual([], self.ports.of_server(self.uuid))

    def test_a_port_in_use_is_refused(self) -> None:
        network = self.make_network()
        given = self.make_port(network)
        [wish] = self.plan([{"port": given["id"]}])
        self.ports.adopt(self.owner, "0", wish, self.host)
        other = PortOwner(str(uuid.uuid4()), self.caller.project_id)
        in_use = f"Port {given['id']} is still in use."
        self.assertRaisesRegex(InUse, in_use, self.ports.adopt, other, "0", wish, self.host)
        self.assertRaisesRegex(InUse, in_use, self.plan, [{"port": given["id"]}])

    def test_of_two_who_take_a_port_at_once_one_does(self) -> None:
        given = self.make_port(self.make_network())
        [wish] = self.plan([{"port": given["id"]}])
        other, read = PortOwner(str(uuid.uuid4()), self.caller.project_id), self.ports._get

        def overtaken(port_id: str) -> Document:
            seen = read(port_id)
            self.ports._get = read  # type: ignore[method-assign]
            self.ports.adopt(other, "0", wish, self.host)
            return seen

        self.ports._get = overtaken  # type: ignore[method-assign]
        self.assertRaises(InUse, self.ports.adopt, self.owner, "0", wish, self.host)
        self.assertEqual(1, len(self.ports.of_server(other.uuid)))

    def test_a_host_that_cannot_wire_it(self) -> None:
        network = self.make_network()
        self.assertRaises(NotBound, self.ports.make, self.owner, "0", self.wish(network), "nowhere")
        [port] = self.ports.of_server(self.uuid)
        self.assertRaises(NotBound, self.ports.bind, port, "nowhere")
        self.assertEqual("ovs", self.ports.bind(port, self.host)["binding:vif_type"])
        self.assertRaises(NotBound, self.ports.add_binding, port, "nowhere")
        self.assertEqual("", self.ports.bind(port, None)["binding:host_id"])

    def test_the_active_binding_is_not_taken_away(self) -> None:
        port = self.made(self.make_network())
        self.assertEqual(self.host, self.ports.add_binding(port, self.host)["host"])
        self.ports.activate_binding(port["id"], self.host)
        self.ports.remove_binding(port["id"], self.host)
        self.ports.remove_binding(port["id"], "nowhere")
        [there] = self.ports.of_server(self.uuid)
        self.assertEqual("ovs", there["binding:vif_type"])

    def test_addresses(self) -> None:
        network = self.make_network()
        fixed = {"uuid": network["id"], "fixed_ip": "10.77.0.9"}
        [wish] = self.plan([fixed])
        self.ports.make(self.owner, "0", wish, self.host)
        self.assertRaisesRegex(Impossible, "10.77.0.9 is already in use", self.plan, [fixed])
        self.assertRaises(InUse, self.ports.make, self.owner, "1", wish, self.host)
        elsewhere = {**fixed, "fixed_ip": "10.78.0.9"}
        self.assertRaisesRegex(Impossible, "not a valid ip address", self.plan, [elsewhere])

    def test_what_is_not_there(self) -> None:
        nothing = str(uuid.uuid4())
        self.assertRaisesRegex(
            Impossible, f"Network {nothing} could", self.plan, [{"uuid": nothing}]
        )
        self.assertRaisesRegex(
            Impossible, f"Port id {nothing} could", self.plan, [{"port": nothing}]
        )
        network = self.make_network()
        wish = [{"uuid": network["id"]}]
        self.assertRaisesRegex(Impossible, "Security group no-such", self.plan, wish, ("no-such",))
        interface = self.network.interface
        self.assertRaises(NotThere, interface, self.caller, self.uuid, {"net_id": nothing})
        self.assertRaises(NotThere, interface, self.caller, self.uuid, {"port_id": nothing})

    def test_unnamed_networks(self) -> None:
        self.assertEqual([], self.plan([]))
        self.assertEqual([], self.plan("none"))
        if not self.allocates:
            self.assertRaisesRegex(Impossible, "automatically allocate", self.plan, "auto")
        first = self.make_network()
        for wish in ([], "auto"):
            self.assertEqual([first["id"]], [each["network_id"] for each in self.plan(wish)])
        self.begin()  # forgets that there was one
        self.make_network("10.78.0.0/24")
        for wish in ([], "auto"):
            self.assertRaisesRegex(InUse, "Multiple possible networks", self.plan, wish)
        self.assertRaises(
            Impossible, self.network.interface, self.caller, self.uuid, {"tag": "one"}
        )

    def test_a_network_is_made_where_there_is_none(self) -> None:
        if not self.allocates:
            return
        [wish] = self.plan("auto")
        self.assertIsNone(wish["network_id"])
        first = self.ports.make(self.owner, "0", wish, self.host)
        second = self.ports.make(self.owner, "1", wish, self.host)
        self.assertEqual(first["network_id"], second["network_id"])

    def test_a_port_moves_to_another_host(self) -> None:
        port = self.made(self.make_network())
        [nic] = self.ports.nics([port])
        for _again in range(2):
            binding = self.ports.add_binding(port, self.second)
        there = self.ports.nic_at(nic, binding)
        self.assertEqual((nic["id"], "ovs"), (there["id"], there["vif_type"]))
        for _again in range(2):
            self.ports.activate_binding(port["id"], self.second)
        for _again in range(2):
            self.ports.remove_binding(port["id"], self.host)
        [moved] = self.ports.of_server(self.uuid)
        self.assertEqual(self.second, moved["binding:host_id"])
        self.assertEqual("0", self.ports.key_of(moved))
        back = self.ports.bind(moved, self.host)
        self.assertEqual((self.host, "0"), (back["binding:host_id"], self.ports.key_of(back)))

    def test_a_network_needs_a_subnet(self) -> None:
        network = self.make_network(None)
        self.assertRaisesRegex(
            Impossible, "requires a subnet", self.plan, [{"uuid": network["id"]}]
        )

    def test_groups(self) -> None:
        network, group = self.make_network(), self.make_group("web")
        for name in ("web", group["id"]):
            [wish] = self.plan([{"uuid": network["id"]}], (name,))
            self.assertEqual([{"id": group["id"], "name": "web"}], wish["security_groups"])
        port = self.ports.make(self.owner, "0", wish, self.host)
        self.assertEqual([group["id"]], port["security_groups"])
        nics = self.ports.nics([port])
        self.assertEqual([{"id": group["id"], "name": "web"}], nics[0]["groups"])
        ask = (self.caller, self.uuid)
        self.assertEqual(["default", "web"], sorted(self.network.add_group(*ask, "default") or ()))
        shown = self.network.groups(self.caller, self.caller.project_id, nics)
        self.assertEqual(["default", "web"], sorted(group["name"] for group in shown))
        self.assertEqual(["default"], self.network.remove_group(*ask, "web"))
        self.assertRaises(NotThere, self.network.remove_group, *ask, "web")
        self.assertRaises(NotThere, self.network.add_group, *ask, "no-such")
        self.assertRaises(NotThere, self.network.add_group, self.caller, str(uuid.uuid4()), "web")
        self.make_group("web")
        self.assertRaisesRegex(InUse, "Multiple", self.network.add_group, *ask, "web")
