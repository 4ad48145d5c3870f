# SPDX-License-Identifier: Apache-2.0
"""What the API says of networks is what the real Neutron says: wishes, refusals, groups, states."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

from kit.stack.rest import Refused

from tests.stack.base import StackCase

NETWORK = "10.66.0.0/24"


class NetworkApiTest(StackCase):
    def setUp(self) -> None:
        super().setUp()
        wanted = {"network": {"name": "network-api", "project_id": self.project}}
        self.here = self.all_networks.post("/networks", wanted)["network"]["id"]
        self.addCleanup(self.all_networks.delete, f"/networks/{self.here}")
        subnet = {"network_id": self.here, "cidr": NETWORK, "ip_version": 4}
        self.all_networks.post("/subnets", {"subnet": {**subnet, "project_id": self.project}})

    def group(self, name: str) -> str:
        made = self.network.post("/security-groups", {"security_group": {"name": name}})
        group: str = made["security_group"]["id"]
        self.addCleanup(self.network.delete, f"/security-groups/{group}")
        return group

    def refused(self, **wish: Any) -> tuple[int, str]:
        with self.assertRaises(Refused) as caught:
            self.boot(**wish)
        return caught.exception.status, str(caught.exception)

    def groups_of(self, uuid: str) -> tuple[list[str], list[str]]:
        """What the server shows, and what its ports' list shows."""
        shown = self.compute.get(f"/servers/{uuid}")["server"].get("security_groups", [])
        listed = self.compute.get(f"/servers/{uuid}/os-security-groups")["security_groups"]
        return sorted(g["name"] for g in shown), sorted(g["name"] for g in listed)

    def test_a_server_from_its_wish_to_its_end(self) -> None:
        first, second = self.group("api-first"), self.group("api-second")
        wish = {"uuid": self.here, "fixed_ip": "10.66.0.66", "tag": "wired"}
        uuid = self.boot(networks=[wish], security_groups=[{"name": "api-first"}])
        self.wait(uuid)
        (port,) = self.ports(uuid)
        self.assertEqual([first], port["security_groups"])
        (shown,) = self.compute.get(f"/servers/{uuid}/os-interface")["interfaceAttachments"]
        told = (port["id"], self.here, port["mac_address"], "ACTIVE", "wired")
        names = ("port_id", "net_id", "mac_addr", "port_state", "tag")
        self.assertEqual(told, tuple(shown[name] for name in names))
        self.assertEqual(port["fixed_ips"], shown["fixed_ips"])
        ips = self.compute.get(f"/servers/{uuid}/ips")["addresses"]
        self.assertEqual({"network-api": [{"version": 4, "addr": "10.66.0.66"}]}, ips)
        self.see_groups_change(uuid, second)
        self.see_what_is_refused(port["id"])
        self.see_that_it_heals(uuid, port["id"])
        self.remove(uuid)
        self.assertEqual([], self.ports(uuid))

    def see_groups_change(self, uuid: str, second: str) -> None:
        self.assertEqual((["api-first"],) * 2, self.groups_of(uuid))
        self.act(uuid, "addSecurityGroup", {"name": "api-second"})
        self.assertEqual((["api-first", "api-second"],) * 2, self.groups_of(uuid))
        self.act(uuid, "removeSecurityGroup", {"name": second})
        self.assertEqual((["api-first"],) * 2, self.groups_of(uuid))
        with self.assertRaises(Refused) as caught:
            self.act(uuid, "addSecurityGroup", {"name": "api-nowhere"})
        self.assertEqual(404, caught.exception.status)

    def see_what_is_refused(self, port: str) -> None:
        taken = {"uuid": self.here, "fixed_ip": "10.66.0.66"}
        for status, words, networks in (
            (409, "is still in use", [{"port": port}]),
            (400, "already in use", [taken]),
            (400, "not a valid ip address", [{**taken, "fixed_ip": "10.67.0.1"}]),
            (409, "Multiple possible networks", "auto"),
        ):
            found, text = self.refused(networks=networks)
            self.assertEqual(status, found, text)
            self.assertIn(words, text)

    def see_that_it_heals(self, uuid: str, port: str) -> None:
        """Neutron's owner gives the port another address; the server shows it by itself."""
        moved = {"port": {"fixed_ips": [{"ip_address": "10.66.0.77"}]}}
        self.network.put(f"/ports/{port}", moved)

        def seen() -> bool:
            ips = self.compute.get(f"/servers/{uuid}/ips")["addresses"]
            return [each["addr"] for each in ips["network-api"]] == ["10.66.0.77"]

        self.until(seen, "its new address is shown")

    def test_metadata_is_for_signed_questions(self) -> None:
        """What guests are told comes through Neutron's agent: see the boot's test."""
        plan = self.ground.stack.plan
        url = f"http://{self.ground.hosts.address}:{plan.metadata}/openstack/latest/meta_data.json"
        headers = {"X-Instance-ID": self.here, "X-Tenant-ID": self.project}
        for more, status in (({}, 400), ({"X-Instance-ID-Signature": "0" * 64}, 403)):
            request = urllib.request.Request(url, headers={**headers, **more})
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with self.assertRaises(urllib.error.HTTPError) as caught:
                opener.open(request, timeout=30)
            self.assertEqual(status, caught.exception.code)
            caught.exception.close()
