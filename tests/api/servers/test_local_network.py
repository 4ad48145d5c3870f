# SPDX-License-Identifier: Apache-2.0
"""Servers on the network that hosts make: addresses, ports, what comes and goes."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.fake.script import Rule
from nova_cells.global_api.others import OtherServices
from tests.api.harness import ApiCase

NOBODY = "6f70656e-7374-6163-6b20-6e6f76610000"


class LocalNetworkTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        side = self.cloud.side
        self.addCleanup(setattr, side, "others", side.others)
        side.others = OtherServices(network=self.cloud.local_network)
        self.network = self.cloud.local_network._local.id
        self.server = self.boot(networks="auto")
        self.path = f"/servers/{self.server}"
        self.ports_path = f"{self.path}/os-interface"

    def shown(self):
        return self.member.get(self.path).json["server"]

    def ports(self, version="2.104"):
        return self.member.get(self.ports_path, version).json["interfaceAttachments"]

    def attach(self, version="2.104", **wish):
        return self.member.post(self.ports_path, {"interfaceAttachment": wish}, version)

    def wrong(self, answer, *words):
        self.assertFault(answer, 400, "badRequest", *words)

    def test_a_server_shows_its_address_everywhere(self):
        [address] = self.shown()["addresses"]["private"]
        self.assertEqual("fixed", address["OS-EXT-IPS:type"])
        text, mac = address["addr"], address["OS-EXT-IPS-MAC:mac_addr"]
        plain = {"addr": text, "version": 4}
        ips = self.member.get(f"{self.path}/ips").json["addresses"]
        self.assertEqual({"private": [plain]}, ips)
        one = self.member.get(f"{self.path}/ips/private").json
        self.assertEqual({"private": [plain]}, one)
        [port] = self.ports()
        self.assertEqual((self.network, mac), (port["net_id"], port["mac_addr"]))
        self.assertEqual(("ACTIVE", None), (port["port_state"], port["tag"]))
        self.assertEqual([text], [fixed["ip_address"] for fixed in port["fixed_ips"]])
        alone = self.member.get(f"{self.ports_path}/{port['port_id']}").json
        self.assertEqual(port, alone["interfaceAttachment"])
        self.assertNotIn("tag", self.ports("2.69")[0])
        self.assertEqual([{"name": "default"}], self.shown()["security_groups"])
        [group] = self.member.get(f"{self.path}/os-security-groups").json["security_groups"]
        self.assertEqual(("default", self.project), (group["name"], group["tenant_id"]))
        for name, status in (("default", 202), ("web", 404)):
            body = {"addSecurityGroup": {"name": name}}
            self.member.post(f"{self.path}/action", body, expect=status)

    def test_a_change_shows_bare_addresses_before_2_75(self):
        bare = {"addr", "version"}
        for version, extra in (("2.74", set()), ("2.75", {"OS-EXT-IPS:type"})):
            body = {"server": {"name": "renamed"}}
            answer = self.member.put(self.path, body, version).json["server"]
            [address] = answer["addresses"]["private"]
            self.assertEqual(bare | extra, address.keys() - {"OS-EXT-IPS-MAC:mac_addr"})
            self.assertEqual(bool(extra), "OS-EXT-IPS-MAC:mac_addr" in address)

    def test_a_list_is_searched_by_address(self):
        [address] = self.shown()["addresses"]["private"]
        exact = "^" + address["addr"].replace(".", "%5C.") + "$"
        found = self.member.get(f"/servers?ip={exact}").json["servers"]
        self.assertEqual([self.server], [server["id"] for server in found])
        self.assertEqual([], self.member.get("/servers?ip6=fe80").json["servers"])

    def test_none_is_none(self):
        server = self.boot(networks="none")
        self.assertEqual({}, self.member.get(f"/servers/{server}").json["server"]["addresses"])

    def test_an_interface_comes_and_goes(self):
        answer = self.attach(tag="second")
        port = answer.json["interfaceAttachment"]
        self.assertEqual(("ACTIVE", "second"), (port["port_state"], port["tag"]))
        self.assertEqual(2, len(self.shown()["addresses"]["private"]))
        self.assertIn(port, self.ports())
        path = f"{self.ports_path}/{port['port_id']}"
        self.member.delete(path, expect=202)
        self.until(lambda: port["port_id"] not in [p["port_id"] for p in self.ports()], "gone")
        self.assertFault(self.member.delete(path), 404, "itemNotFound", "no port")
        self.assertFault(self.member.get(path), 404, "itemNotFound", "no port")
        self.assertEqual(1, len(self.shown()["addresses"]["private"]))
        actions = self.member.get(f"{self.path}/os-instance-actions").json["instanceActions"]
        names = {action["action"] for action in actions}
        self.assertLessEqual({"attach_interface", "detach_interface"}, names)

    def test_a_named_address(self):
        fixed = [{"ip_address": "10.180.7.7"}]
        port = self.attach(net_id=self.network, fixed_ips=fixed).json["interfaceAttachment"]
        self.assertEqual("10.180.7.7", port["fixed_ips"][0]["ip_address"])
        self.wrong(self.attach(net_id=self.network, fixed_ips=fixed), "already in use")

    def test_what_can_not_be_had(self):
        for wish, word in (
            ({"port_id": NOBODY}, "no ports"),
            ({"net_id": NOBODY}, NOBODY),
            ({"net_id": self.network, "fixed_ips": [{"ip_address": "10.1.1.1"}]}, "10.1.1.1"),
            ({"net_id": self.network, "fixed_ips": [{"ip_address": "fe80::1"}]}, "fe80::1"),
        ):
            self.wrong(self.attach(**wish), word)
        for networks, word in (
            ([{"uuid": NOBODY}], NOBODY),
            ([{"port": NOBODY}], "no ports"),
            ([{"uuid": self.network, "fixed_ip": "10.1.1.1"}], "10.1.1.1"),
        ):
            self.wrong(self.member.post("/servers", self.wish(networks=networks)), word)
        many = self.wish(networks=[{"uuid": self.network, "fixed_ip": "10.180.7.8"}], max_count=2)
        self.wrong(self.member.post("/servers", many), "fixed_ip")
        many = self.wish(networks="auto", security_groups=[{"name": "web"}])
        self.wrong(self.member.post("/servers", many), "web")

    def test_an_interface_that_breaks_is_gone_again(self):
        for agent in self.cloud.agents:
            for driver in agent.hosts.values():
                driver.script.add(Rule(call="attach_nic", act="refuse", uuid=self.server, times=1))
        before = self.ports()
        answer = self.member.post(self.ports_path, {"interfaceAttachment": {}}, expect=500)
        self.assertIn("Failed to attach", answer.text)
        self.assertEqual(before, self.ports())
        self.assertEqual("ACTIVE", self.shown()["status"])

    def test_a_deleted_server_has_none(self):
        [address] = self.shown()["addresses"]["private"]
        self.gone(self.server)
        wanted = f"/servers/detail?deleted=true&all_tenants=1&uuid={self.server}"
        [left] = self.admin.get(wanted).json["servers"]
        self.assertEqual({}, left["addresses"])
        self.assertIsNotNone(address)
