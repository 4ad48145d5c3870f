# SPDX-License-Identifier: Apache-2.0
"""Servers whose ports are Neutron's: what may be asked for, what is refused, what is shown."""

from __future__ import annotations

import uuid
from typing import Any
from unittest import mock

from nova_cells.cell.compute.drivers.fake.attaching import FakeNics
from nova_cells.cell.compute.drivers.interface import DriverRefused
from tests.api.neutron_case import NeutronCase


class BootTest(NeutronCase):
    def wished(self, **more: Any) -> Any:
        return self.member.post("/servers", self.wish(**more))

    def refused(self, status: int, words: str, networks: Any, **more: Any) -> None:
        answer = self.wished(networks=networks, **more)
        self.assertEqual(status, answer.status_int, answer.text)
        (fault,) = answer.json.values()
        self.assertIn(words, fault["message"])
        self.assertEqual([], [port for port in self.twin.ports.known.values() if self.is_my(port)])

    def is_my(self, port: dict[str, Any]) -> bool:
        return bool(port["project_id"] == self.project and port["device_id"])

    def shown(self, server: str) -> Any:
        return self.member.get(f"/servers/{server}").json["server"]

    def test_a_server_has_its_port_and_gives_it_back(self) -> None:
        group = self.twin.group(self.project, "web")
        server = self.boot(
            networks=[{"uuid": self.network["id"], "fixed_ip": "10.9.0.77", "tag": "first"}],
            security_groups=[{"name": "web"}],
        )
        [port] = self.ports(server)
        self.assertEqual([group["id"]], port["security_groups"])
        self.assertEqual((self.project, "compute:nova"), (port["project_id"], port["device_owner"]))
        admins = self.admin.get(f"/servers/{server}").json["server"]
        self.assertEqual(admins["OS-EXT-SRV-ATTR:host"], port["binding:host_id"])
        [address] = self.shown(server)["addresses"]["private"]
        expected = ("10.9.0.77", "fixed", port["mac_address"])
        names = ("addr", "OS-EXT-IPS:type", "OS-EXT-IPS-MAC:mac_addr")
        self.assertEqual(expected, tuple(address[name] for name in names))
        self.assertEqual([{"name": "web"}], self.shown(server)["security_groups"])
        [shown] = self.member.get(f"/servers/{server}/os-interface").json["interfaceAttachments"]
        self.assertEqual(
            (port["id"], "ACTIVE", "first"), (shown["port_id"], shown["port_state"], shown["tag"])
        )
        self.assertEqual(port["fixed_ips"], shown["fixed_ips"])
        self.gone(server)
        self.assertEqual([], self.ports(server))

    def test_a_given_port_outlives_its_server(self) -> None:
        given = self.twin.ports.make(self.project, self.network)
        server = self.boot(networks=[{"port": given["id"]}])
        self.assertEqual([given["id"]], [port["id"] for port in self.ports(server)])
        in_use = self.wished(networks=[{"port": given["id"]}])
        self.assertEqual(409, in_use.status_int)
        self.gone(server)
        self.assertEqual("", self.twin.ports.known[given["id"]]["device_id"])

    def test_what_names_nothing(self) -> None:
        for version, networks in (("2.36", None), ("2.37", "auto"), ("2.37", [])):
            body = self.wish(networks=networks)
            if networks is None:
                del body["server"]["networks"]
            made = self.member.post("/servers", body, version, expect=202)
            server = self.settled(made.json["server"]["id"], "ACTIVE")
            self.assertEqual(1, len(self.ports(server)))
        none = self.boot(networks="none")
        self.assertEqual([], self.ports(none))
        self.twin.network(self.project, "10.10.0.0/24")
        self.until(lambda: self.wished(networks="auto").status_int == 409, "it is ambiguous")
        self.assertIn("Multiple possible networks", self.wished(networks="auto").text)

    def test_a_network_is_made_for_who_has_none(self) -> None:
        self.twin.forget(self.network)
        self.assertEqual({}, self.shown(self.boot(networks=[]))["addresses"])
        server = self.boot(networks="auto")
        self.assertIn("auto_allocated_network", self.shown(server)["addresses"])
        self.gone(server)

    def test_it_cannot_be_made(self) -> None:
        self.twin.forget(self.network)
        self.addCleanup(setattr, self.twin, "auto_fails", "")
        self.twin.auto_fails = "No default subnetpools defined"
        self.refused(400, "Unable to automatically allocate a network", "auto")

    def test_refusals(self) -> None:
        nothing, here = str(uuid.uuid4()), {"uuid": self.network["id"]}
        other = self.twin.network(uuid.uuid4().hex, "10.11.0.0/24")
        external = self.twin.network(uuid.uuid4().hex, "10.12.0.0/24", **{"router:external": True})
        bare = self.twin.network(self.project, None)
        insecure = self.twin.network(self.project, "10.13.0.0/24", port_security_enabled=False)
        theirs = self.twin.ports.make(uuid.uuid4().hex, other)
        mine = self.twin.ports.make(self.project, self.network)
        web = [{"name": "web"}]
        self.refused(400, f"Network {nothing} could not be found", [{"uuid": nothing}])
        self.refused(400, "could not be found", [{"uuid": other["id"]}])
        self.refused(403, "external network", [{"uuid": external["id"]}])
        self.refused(400, "requires a subnet", [{"uuid": bare["id"]}])
        self.refused(400, f"Port id {nothing} could not", [{"port": nothing}])
        self.refused(400, "could not be found", [{"port": theirs["id"]}])
        self.refused(400, "10.9.9.9 is not a valid", [{**here, "fixed_ip": "10.9.9.9"}])
        taken = mine["fixed_ips"][0]["ip_address"]
        self.refused(400, "already in use", [{**here, "fixed_ip": taken}])
        both = [{"port": mine["id"], "fixed_ip": "10.9.0.40"}]
        self.refused(400, "cannot be used with port", both)
        self.refused(409, "still in use", [{"port": mine["id"]}, {"port": mine["id"]}])
        self.refused(400, "missing 'uuid'", [{"tag": "only"}])
        self.refused(400, "multiple instances", [{"port": mine["id"]}], min_count=2)
        self.refused(400, "Security group web not found", [here], security_groups=web)
        self.twin.group(self.project, "web")
        self.refused(400, "port_security", [{"uuid": insecure["id"]}], security_groups=web)
        self.twin.group(self.project, "web")
        self.refused(409, "Multiple security groups", [here], security_groups=web)

    def test_administrators_may_use_external_networks(self) -> None:
        external = self.twin.network(uuid.uuid4().hex, "10.12.0.0/24", **{"router:external": True})
        body = self.wish(networks=[{"uuid": external["id"]}])
        made = self.admin.post("/servers", body, expect=202).json["server"]["id"]
        self.settled(made, "ACTIVE")
        self.assertEqual([external["id"]], [port["network_id"] for port in self.ports(made)])

    def test_the_same_network_twice(self) -> None:
        here = {"uuid": self.network["id"]}
        server = self.boot(networks=[here, here])
        self.assertEqual(2, len(self.shown(server)["addresses"]["private"]))

    def test_a_port_may_ask_for_resources_from_2_72_on(self) -> None:
        port = self.twin.ports.make(self.project, self.network)
        asked = {"id": str(uuid.uuid4()), "resources": {"CUSTOM_BANDWIDTH": 7}, "required": []}
        port["resource_request"] = {"request_groups": [asked], "same_subtree": []}
        body = self.wish(networks=[{"port": port["id"]}])
        old = self.member.post("/servers", body, "2.71", expect=400)
        self.assertIn("2.72", old.text)
        made = self.member.post("/servers", body, expect=202).json["server"]["id"]
        failed = self.settled(made, "ERROR")  # no host has such a thing
        self.assertIn("No valid host", self.shown(failed)["fault"]["message"])

    def test_a_network_service_that_is_away(self) -> None:
        self.twin.switch = lambda asked: 503 if asked.project == self.project else None
        answer = self.member.post(
            "/servers", self.wish(networks=[{"uuid": self.network["id"]}]), expect=503
        )
        self.assertIn("The network service does not answer", answer.text)

    def test_a_quota_of_ports(self) -> None:
        self.addCleanup(setattr, self.twin, "quota", self.twin.quota)
        self.twin.quota = 0
        made = self.wished(networks=[{"uuid": self.network["id"]}]).json["server"]["id"]
        failed = self.settled(made, "ERROR")
        self.assertIn("Quota exceeded", self.shown(failed)["fault"]["message"])
        self.assertEqual([], self.ports(made))

    def test_what_no_host_can_do_for_a_port_is_said_at_once(self) -> None:
        server = self.boot(networks="none")
        for kind in ("direct", "macvtap", "vdpa"):
            port = self.twin.ports.make(self.project, self.network)
            port["binding:vnic_type"] = kind
            self.refused(400, f"of the kind '{kind}'", [{"port": port["id"]}])
            wish = {"interfaceAttachment": {"port_id": port["id"]}}
            answer = self.member.post(f"/servers/{server}/os-interface", wish, expect=400)
            self.assertIn("no host of this deployment has such devices", answer.text)

    def test_a_network_that_guarantees_a_minimum_is_refused(self) -> None:
        other = self.twin.network(self.project, "10.19.0.0/24")
        self.twin.policy(other, {"type": "minimum_bandwidth", "min_kbps": 5})
        self.refused(400, "networks with QoS policy", [{"uuid": other["id"]}])


class InterfacesTest(NeutronCase):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.boot(networks=[{"uuid": self.network["id"]}])
        self.path = f"/servers/{self.server}"

    def attach(self, **wish: Any) -> Any:
        return self.member.post(f"{self.path}/os-interface", {"interfaceAttachment": wish})

    def interfaces(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.member.get(f"{self.path}/os-interface").json[
            "interfaceAttachments"
        ]
        return found

    def test_ports_come_and_go(self) -> None:
        given = self.twin.ports.make(self.project, self.network)
        fixed = [{"ip_address": "10.9.0.99"}]
        for wish in ({"port_id": given["id"]}, {"net_id": self.network["id"], "tag": "t"}, {}):
            made = self.attach(**wish)
            self.assertEqual(200, made.status_int, made.text)
        made = self.attach(net_id=self.network["id"], fixed_ips=fixed).json["interfaceAttachment"]
        self.assertEqual("10.9.0.99", made["fixed_ips"][0]["ip_address"])
        mine = {port["id"] for port in self.ports(self.server)}
        self.assertEqual(5, len(mine))
        self.assertEqual(mine, {each["port_id"] for each in self.interfaces()})
        for left, port in ((4, given["id"]), (3, made["port_id"])):
            self.member.delete(f"{self.path}/os-interface/{port}", expect=202)
            self.until(lambda left=left: len(self.interfaces()) == left, "it is gone")
        self.until(lambda: given["device_id"] == "", "it is released")
        self.assertNotIn(made["port_id"], self.twin.ports.known)

    def test_refusals(self) -> None:
        nothing, here = str(uuid.uuid4()), self.network["id"]
        mine = self.ports(self.server)[0]["id"]
        taken = [{"ip_address": self.ports(self.server)[0]["fixed_ips"][0]["ip_address"]}]
        for status, wish in (
            (404, {"net_id": nothing}),
            (404, {"port_id": nothing}),
            (409, {"port_id": mine}),
            (400, {"net_id": here, "port_id": mine}),
            (400, {"net_id": here, "fixed_ips": taken}),
            (400, {"net_id": here, "fixed_ips": [{"ip_address": "10.99.0.1"}]}),
        ):
            self.assertEqual(status, self.attach(**wish).status_int, wish)
        self.twin.network(self.project, "10.10.0.0/24")
        self.until(lambda: self.attach(tag="a").status_int == 400, "it is ambiguous")

    def test_a_port_that_cannot_be_had(self) -> None:
        self.addCleanup(setattr, self.twin, "quota", self.twin.quota)
        self.twin.quota = 0
        wish = {"interfaceAttachment": {"net_id": self.network["id"]}}
        answer = self.member.post(f"{self.path}/os-interface", wish, expect=403)
        self.assertIn("Quota exceeded for resources: ['port'].", answer.text)
        self.assertEqual(1, len(self.ports(self.server)))

    def test_what_the_service_refuses_later_is_answered_as_if_it_were_asked_now(self) -> None:
        wish = {"interfaceAttachment": {"net_id": self.network["id"]}}
        for said, told in ((400, 400), (403, 403), (404, 404), (409, 409)):
            self.twin.fault(1, said, changes=True)
            self.member.post(f"{self.path}/os-interface", wish, expect=told)
        self.assertEqual(1, len(self.ports(self.server)))
        self.twin.chassis.clear()
        answer = self.member.post(f"{self.path}/os-interface", wish, expect=500)
        self.assertIn("Failed to attach", answer.text)
        self.assertEqual(1, len(self.ports(self.server)))

    def test_what_its_host_will_not_plug_in_is_a_bad_request(self) -> None:
        wish = {"interfaceAttachment": {"net_id": self.network["id"]}}
        refusal = DriverRefused("This host can't plug ports of that type.")
        with mock.patch.object(FakeNics, "attach_nic", side_effect=refusal):
            answer = self.member.post(f"{self.path}/os-interface", wish, expect=400)
        self.assertIn("can't plug ports of that type", answer.text)
        self.assertEqual(1, len(self.ports(self.server)))

    def test_floating_addresses_are_shown(self) -> None:
        [port] = self.ports(self.server)
        self.twin.float(port, "172.24.4.9")

        def found() -> list[tuple[str, str]]:
            shown = self.member.get(self.path).json["server"]["addresses"]["private"]
            return [(each["addr"], each["OS-EXT-IPS:type"]) for each in shown]

        fixed = (port["fixed_ips"][0]["ip_address"], "fixed")
        self.until(lambda: found() == [fixed, ("172.24.4.9", "floating")], "it is shown")
        ips = self.member.get(f"{self.path}/ips/private").json["private"]
        self.assertEqual([fixed[0], "172.24.4.9"], [each["addr"] for each in ips])

    def test_an_administrator_has_it_looked_up_again(self) -> None:
        [port] = self.ports(self.server)
        self.twin.networks[port["network_id"]]["mtu"] = 1300
        port["status"] = "DOWN"
        self.admin.post(f"{self.path}/action", {"injectNetworkInfo": None}, expect=202)
        self.until(lambda: self.interfaces()[0]["port_state"] == "DOWN", "it is seen")

    def test_groups_of_its_ports(self) -> None:
        web = self.twin.group(self.project, "web")

        def act(name: str, group: str) -> int:
            body = {name: {"name": group}}
            status: int = self.member.post(f"{self.path}/action", body).status_int
            return status

        def named() -> list[str]:
            shown = self.member.get(self.path).json["server"]["security_groups"]
            return sorted(each["name"] for each in shown)

        self.assertEqual(202, act("addSecurityGroup", "web"))
        self.assertEqual(["default", "web"], named())
        [port] = self.ports(self.server)
        self.assertIn(web["id"], port["security_groups"])
        groups = self.member.get(f"{self.path}/os-security-groups").json["security_groups"]
        self.assertEqual(["default", "web"], sorted(group["name"] for group in groups))
        self.assertEqual({"name": "web", "tenant_id": self.project}, groups[1]["rules"][0]["group"])
        self.assertEqual(202, act("removeSecurityGroup", web["id"]))
        self.assertEqual(["default"], named())
        self.assertEqual(404, act("removeSecurityGroup", "web"))
        self.assertEqual(404, act("addSecurityGroup", "no-such"))
        self.twin.group(self.project, "web")
        self.assertEqual(409, act("addSecurityGroup", "web"))
