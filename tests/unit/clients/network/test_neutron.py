# SPDX-License-Identifier: Apache-2.0
"""What callers get of Neutron, beyond the contract: how often it is asked, and bad answers."""

from __future__ import annotations

import uuid
from typing import Any

from nova_cells.clients.network.interface import Terms
from nova_cells.clients.network.neutron import NeutronNetwork
from nova_cells.clients.network.neutron_ports import NeutronPorts
from nova_cells.clients.network.ports import PortOwner
from nova_cells.clients.service_faults import (
    Forbidden,
    Garbage,
    Impossible,
    InUse,
    OutcomeUnknown,
    OverQuota,
    ServiceFault,
    Unavailable,
)
from tests.services.twin import GARBAGE, LOST, SILENCE
from tests.unit.clients.network.neutron_case import ADMINS, PROJECT, NeutronCase, caller


class AskingTest(NeutronCase):
    def setUp(self) -> None:
        super().setUp()
        self.network = NeutronNetwork(self.service)
        self.there = self.make_network()

    def plan(self, networks: Any, groups: tuple[str, ...] = (), **terms: Any) -> Any:
        return self.network.plan(self.caller, networks, list(groups), Terms(**terms))

    def asked(self) -> list[str]:
        found = [each.path for each in self.twin.asked]
        self.twin.asked.clear()
        return found

    def test_a_known_network_costs_nothing(self) -> None:
        here = [{"uuid": self.there["id"]}]
        self.plan(here)
        self.assertEqual(["/networks"], self.asked())
        self.plan(here * 3)
        self.assertEqual([], self.asked())
        self.caller = caller(ADMINS)  # what one may see is nobody else's knowledge
        self.assertRaises(Impossible, self.plan, here)
        self.assertEqual(["/networks"], self.asked())

    def test_a_subnet_that_was_missing_is_seen_at_once(self) -> None:
        bare = self.make_network(None)
        here = [{"uuid": bare["id"]}]
        self.assertRaisesRegex(Impossible, "requires a subnet", self.plan, here)
        self.twin.subnet(bare["id"], "10.90.0.0/24")
        self.assertEqual(1, len(self.plan(here)))

    def test_one_request_for_everything_of_a_kind(self) -> None:
        second = self.make_network("10.78.0.0/24")
        ports = [self.make_port(self.there) for _ in range(3)]
        named = [{"port": port["id"]} for port in ports]
        named += [{"uuid": self.there["id"]}, {"uuid": second["id"]}]
        self.plan(named)
        self.assertEqual(["/ports", "/networks", "/extensions", "/ports"], self.asked())
        self.plan(named)
        self.assertEqual(["/ports", "/ports"], self.asked())

    def test_the_default_group_is_not_looked_up(self) -> None:
        [wish] = self.plan([{"uuid": self.there["id"]}], ("default",))
        self.assertIsNone(wish["security_groups"])
        self.assertEqual(["/networks"], self.asked())

    def test_administrators_are_wired_to_their_own(self) -> None:
        self.caller = caller(ADMINS, admin=True)
        self.assertEqual([], self.plan([]))
        shared = self.make_network("10.79.0.0/24", shared=True)
        [wish] = self.plan([])
        self.assertEqual(shared["id"], wish["network_id"])

    def test_external_networks(self) -> None:
        outside = self.twin.network(ADMINS, "10.80.0.0/24", **{"router:external": True})
        named = [{"uuid": outside["id"]}]
        self.assertRaisesRegex(Forbidden, "external network", self.plan, named)
        self.assertEqual(1, len(self.plan(named, may_external=lambda: True)))
        outside["shared"] = True
        self.network = NeutronNetwork(self.service)
        self.assertEqual(1, len(self.plan(named)))

    def test_ports_with_no_address_on_purpose(self) -> None:
        port = self.make_port(self.there)
        port["fixed_ips"] = []
        named = [{"port": port["id"]}]
        self.assertRaisesRegex(Impossible, "requires a FixedIP", self.plan, named)
        for kind in ("none", "deferred"):
            port["ip_allocation"] = kind
            self.assertEqual(port["id"], self.plan(named)[0]["port_id"])

    def test_what_ports_ask_of_hosts(self) -> None:
        first, second = self.make_port(self.there), self.make_port(self.there)
        half = {"id": "x", "resources": {"CUSTOM_A": 3}, "required": ["CUSTOM_T"]}
        other = {"id": "y", "resources": {"CUSTOM_A": 4, "CUSTOM_B": 1}, "required": []}
        first["resource_request"] = {"request_groups": [half, other], "same_subtree": []}
        second["resource_request"] = {"resources": {"CUSTOM_C": 1}, "required": ["CUSTOM_U"]}
        found = self.plan([{"port": first["id"]}, {"port": second["id"]}])
        self.assertEqual({"CUSTOM_A": 7, "CUSTOM_B": 1}, found[0]["resources"])
        self.assertEqual(["CUSTOM_T"], found[0]["traits"])
        self.assertEqual(
            ({"CUSTOM_C": 1}, ["CUSTOM_U"]), tuple(found[1][n] for n in ("resources", "traits"))
        )
        given = self.network.interface(self.caller, "u", {"port_id": first["id"]})
        self.assertEqual(found[0]["resources"], given["resources"])
        self.twin.extensions.remove("port-resource-request")
        self.network = NeutronNetwork(self.service)
        self.assertNotIn("resources", self.plan([{"port": first["id"]}])[0])

    def test_bandwidth_is_asked_of_the_device_that_leads_to_its_network(self) -> None:
        port, out = self.make_port(self.there), "NET_BW_EGR_KILOBIT_PER_SEC"
        kind = "CUSTOM_VNIC_TYPE_NORMAL"
        wide = {"id": "w", "resources": {out: 5}, "required": ["CUSTOM_PHYSNET_P_1", kind]}
        fast = {"id": "f", "resources": {"NET_PACKET_RATE_KILOPACKET_PER_SEC": 2}}
        port["resource_request"] = {"request_groups": [wide, {**fast, "required": [kind]}]}
        [wish] = self.plan([{"port": port["id"]}])
        claimed = {f"{out}@CUSTOM_PHYSNET_P_1": 5, **fast["resources"]}
        self.assertEqual((claimed, [kind]), (wish["resources"], wish["traits"]))
        self.assertEqual({"w": "CUSTOM_PHYSNET_P_1", "f": ""}, wish["groups"])

    def test_where_the_network_of_a_device_is(self) -> None:
        port = self.make_port(self.there)
        port["binding:vnic_type"] = "direct"
        [wish] = self.plan([{"port": port["id"]}])
        self.assertEqual((None, True), (wish["physical_network"], wish["tunnelled"]))
        self.there["provider:physical_network"] = "physnet1"
        self.network = NeutronNetwork(self.service)
        [wish] = self.plan([{"port": port["id"]}])
        self.assertEqual(("physnet1", False), (wish["physical_network"], wish["tunnelled"]))

    def test_a_device_is_asked_of_a_host_that_has_such(self) -> None:
        port = self.make_port(self.there)
        for kind, trait in (("direct-physical", "COMPUTE_PORT_DIRECT_PHYSICAL"), ("normal", None)):
            port["binding:vnic_type"] = kind
            [wish] = self.plan([{"port": port["id"]}])
            self.assertEqual([trait] if trait else [], wish.get("traits", []))

    def test_a_network_whose_ports_ask_for_a_minimum_is_refused(self) -> None:
        here, limit = [{"uuid": self.there["id"]}], {"type": "bandwidth_limit"}
        self.twin.policy(self.there, limit)
        self.assertEqual(1, len(self.plan(here)))
        for kind in ("minimum_bandwidth", "minimum_packet_rate"):
            self.network = NeutronNetwork(self.service)
            self.twin.policy(self.there, limit, {"type": kind})
            for asked in (here, [], "auto"):
                with self.assertRaisesRegex(Impossible, "networks with QoS policy"):
                    self.plan(asked)
            with self.assertRaisesRegex(Impossible, "networks with QoS policy"):
                self.network.interface(self.caller, "u", {"net_id": self.there["id"]})
        port = self.make_port(self.there)
        [wish] = self.plan([{"port": port["id"]}])
        self.assertEqual({"NET_PACKET_RATE_KILOPACKET_PER_SEC": 1}, wish["resources"])
        self.twin.extensions.remove("port-resource-request")
        self.network = NeutronNetwork(self.service)
        self.assertEqual(1, len(self.plan(here)))

    def test_groups_need_security(self) -> None:
        open_one = self.make_network("10.81.0.0/24", port_security_enabled=False)
        here = [{"uuid": open_one["id"]}]
        self.make_group("web")
        self.assertRaisesRegex(Impossible, "port_security", self.plan, here, ("web",))
        self.assertEqual(1, len(self.plan(here)))

    def test_another_projects_group_by_its_id_only(self) -> None:
        theirs = self.twin.group(ADMINS, "theirs")
        for name in ("theirs", theirs["id"]):
            with self.assertRaisesRegex(Impossible, "not found"):
                self.plan([{"uuid": self.there["id"]}], (name,))

    def test_a_group_whose_name_is_an_id(self) -> None:
        name = str(uuid.uuid4())
        group = self.make_group(name)
        [wish] = self.plan([{"uuid": self.there["id"]}], (name,))
        self.assertEqual(group["id"], wish["security_groups"][0]["id"])

    def test_a_group_needs_ports_that_can_have_it(self) -> None:
        port = self.make_port(self.there)
        port |= {"device_id": "u", "port_security_enabled": False}
        with self.assertRaisesRegex(Impossible, "security requirements"):
            self.network.add_group(self.caller, "u", "default")

    def test_rules_as_the_api_has_them(self) -> None:
        group = self.make_group("web")
        [rule, _out] = group["security_group_rules"]
        rule |= {"protocol": "tcp", "remote_group_id": None}
        port = self.make_port(self.there)
        port["security_groups"] = [group["id"]]

        def shown() -> Any:
            nics = [{"id": port["id"]}]
            return self.network.groups(self.caller, PROJECT, nics)[0]["rules"]

        self.assertEqual([(1, 65535)], [(r["from_port"], r["to_port"]) for r in shown()])
        self.assertEqual([{"cidr": "0.0.0.0/0"}], [r["ip_range"] for r in shown()])
        rule |= {"protocol": "icmp", "ethertype": "IPv6"}
        self.assertEqual([(-1, -1)], [(r["from_port"], r["to_port"]) for r in shown()])
        self.assertEqual([{"cidr": "::/0"}], [r["ip_range"] for r in shown()])
        theirs = self.twin.group(ADMINS, "theirs")
        rule["remote_group_id"] = theirs["id"]  # one that the caller may not see
        self.assertEqual([({}, {})], [(r["group"], r["ip_range"]) for r in shown()])

    def test_whatever_it_answers_is_a_fault_we_know(self) -> None:
        everything: list[tuple[Any, ...]] = [
            (self.plan, [{"uuid": self.there["id"]}], ("web",)),
            (self.plan, [{"uuid": self.there["id"], "fixed_ip": "10.77.0.5"}]),
            (self.plan, "auto"),
            (self.network.groups, self.caller, PROJECT, [{"id": str(uuid.uuid4())}]),
            (self.network.add_group, self.caller, "u", "web"),
        ]
        for answer in (401, 403, 404, 409, 413, 500, GARBAGE, SILENCE):
            for ask, *arguments in everything:
                with self.subTest(answer=answer, ask=arguments):
                    self.network.__init__(self.service)  # type: ignore[misc]
                    self.twin.fault(1, answer)
                    self.assertRaises(ServiceFault, ask, *arguments)
                    self.service.breaker.answered()


class MakingTest(NeutronCase):
    def setUp(self) -> None:
        super().setUp()
        self.ports = NeutronPorts(self.service)
        self.owner = PortOwner(str(uuid.uuid4()), PROJECT, "Name.of.it", "east")
        self.wish = {"network_id": self.make_network()["id"], "security_groups": None}

    def make(self, **more: Any) -> Any:
        return self.ports.make(self.owner, "0", {**self.wish, **more}, "h1")

    def test_a_port_said_to_be_gone_is_looked_for(self) -> None:
        """A 404 may be of something else that a change names."""
        given = self.make_port({"id": self.wish["network_id"]})
        taken = [self.make(), self.make(port_id=given["id"])]
        for port in taken:
            with self.subTest(given=port["id"] == given["id"]):
                self.twin.fault(1, 404, changes=True)
                self.assertRaises(Unavailable, self.ports.release, self.owner.uuid, port["id"])
                self.ports.release(self.owner.uuid, port["id"])
                self.assertEqual([], [p for p in self.held() if p["id"] == port["id"]])

    def held(self) -> list[Any]:
        return self.twin.ports.of(self.owner.uuid)

    def test_what_is_written_on_a_port(self) -> None:
        port = self.make(tag="t", vnic_type="baremetal")
        expected = {
            "device_id": self.owner.uuid,
            "device_owner": "compute:east",
            "dns_name": "name",
            "binding:host_id": "h1",
            "binding:vnic_type": "baremetal",
            "binding:profile": {"nova_cells": {"key": "0", "made": True, "tag": "t"}},
        }
        self.assertEqual(expected, {name: port[name] for name in expected})
        self.twin.extensions.remove("dns-integration")
        self.ports = NeutronPorts(self.service)
        self.assertEqual("", self.make()["dns_name"])

    def test_a_lost_answer_may_be_a_port(self) -> None:
        self.ports._documents.extensions()
        self.twin.fault(1, LOST)
        self.assertRaises(OutcomeUnknown, self.make)
        [port] = self.ports.of_server(self.owner.uuid)
        self.assertEqual("0", self.ports.key_of(port))

    def test_what_goes_wrong(self) -> None:
        self.ports._documents.extensions()
        for answer, kind in (
            (401, Unavailable),
            (403, Forbidden),
            (409, InUse),
            (413, OverQuota),
            (500, Unavailable),
            (GARBAGE, Garbage),
            (SILENCE, Unavailable),
        ):
            with self.subTest(answer):
                self.twin.fault(1, answer)
                self.assertRaises(kind, self.make)
                self.service.breaker.answered()
        self.twin.quota = 0
        self.twin.switch = lambda _asked: None
        self.assertRaises(OverQuota, self.make)

    def test_an_answer_without_what_it_must_have(self) -> None:
        port = self.make()
        for name in ("mac_address", "fixed_ips"):
            kept = self.twin.ports.known[port["id"]].pop(name)
            self.assertRaises(Garbage, self.ports.of_server, self.owner.uuid)
            self.twin.ports.known[port["id"]][name] = kept

    def test_a_new_subnet_is_seen_at_once(self) -> None:
        self.ports.nics([self.make()])
        network = self.twin.networks[self.wish["network_id"]]
        subnet = self.twin.subnet(network["id"], "fd00:9::/64")
        port = self.make()
        [nic] = self.ports.nics([port])
        self.assertEqual([4, 6], [address["version"] for address in nic["addresses"]])
        self.assertEqual(64, nic["addresses"][1]["prefix"])
        self.assertIn(subnet["id"], [each["id"] for each in nic["subnets"]])

    def test_floating_addresses(self) -> None:
        port = self.make()
        fixed = port["fixed_ips"][0]["ip_address"]
        self.twin.float(port, "172.24.4.5")
        self.assertEqual([], self.ports.nics([port])[0]["floating"])
        [nic] = self.ports.nics([port], floating=True)
        self.assertEqual([{"address": "172.24.4.5", "fixed": fixed}], nic["floating"])

    def test_the_name_of_the_default_group_is_known(self) -> None:
        port = self.make()
        self.twin.asked.clear()
        [nic] = self.ports.nics([port])
        self.assertEqual(["default"], [group["name"] for group in nic["groups"]])
        self.assertEqual(["/networks", "/subnets"], [each.path for each in self.twin.asked])

    def test_what_others_wrote_stays_but_for_the_place(self) -> None:
        given = self.make_port(self.twin.networks[self.wish["network_id"]])
        given["binding:profile"] = {"trusted": "true", "pci_slot": "0000:01:00.1"}
        port = self.ports.adopt(self.owner, "1", {"port_id": given["id"]}, "h1")
        self.assertEqual("true", port["binding:profile"]["trusted"])
        self.assertEqual({"trusted": "true", "pci_slot": "0000:01:00.1"}, self.profile(port))
        moved = self.ports.bind(port, "h2")
        self.assertEqual({"trusted": "true"}, self.profile(moved))
        self.ports.release(self.owner.uuid, port["id"])
        self.assertEqual({"trusted": "true"}, given["binding:profile"])

    def test_neutron_is_told_which_device_keeps_a_minimum(self) -> None:
        given = self.make_port(self.twin.networks[self.wish["network_id"]])
        first, second = ({"CUSTOM_PHYSNET_A": str(uuid.uuid4())} for _ in range(2))
        wish = {"port_id": given["id"], "groups": {"g": "CUSTOM_PHYSNET_A"}}
        port = self.ports.adopt(self.owner, "1", wish, "h1", first)
        kept = {"g": first["CUSTOM_PHYSNET_A"]}
        self.assertEqual(kept, port["binding:profile"]["allocation"])
        binding = self.ports.add_binding(port, "h2", second)
        self.assertEqual({"g": second["CUSTOM_PHYSNET_A"]}, binding["profile"]["allocation"])
        self.assertEqual(kept, given["binding:profile"]["allocation"])
        self.ports.remove_binding(port["id"], "h2")
        moved = self.ports.bind(port, "h2", second)
        self.assertEqual(binding["profile"], moved["binding:profile"])
        self.assertNotIn("allocation", self.ports.bind(moved, None)["binding:profile"])
        self.ports.release(self.owner.uuid, port["id"])
        self.assertEqual({}, given["binding:profile"])

    def profile(self, port: Any) -> Any:
        return self.ports.nics([port])[0]["profile"]

    def test_what_a_head_says_wins_over_the_port(self) -> None:
        made, kept = self.make(), self.make()
        self.ports.release_all(self.owner.uuid, preserved=[kept["id"]])
        self.assertNotIn(made["id"], self.twin.ports.known)
        self.assertEqual("", self.twin.ports.known[kept["id"]]["device_id"])

    def test_a_port_of_another_project_is_not_taken(self) -> None:
        theirs = self.twin.ports.make(ADMINS, self.twin.networks[self.wish["network_id"]])
        with self.assertRaisesRegex(Impossible, "another project"):
            self.ports.adopt(self.owner, "1", {"port_id": theirs["id"]}, "h1")

    def test_many_servers_at_once(self) -> None:
        owners = [PortOwner(str(uuid.uuid4()), PROJECT) for _ in range(60)]
        for owner in owners:
            self.ports.make(owner, "0", self.wish, "h1")
        self.twin.asked.clear()
        found = self.ports.of_servers(owner.uuid for owner in owners)
        self.assertEqual(60, len(found))
        self.assertEqual(2, self.twin.count(path="/ports"))
