# SPDX-License-Identifier: Apache-2.0
"""Hosts, usage and groups as servers come and go, over the whole cloud."""

from __future__ import annotations

import time
from typing import Any

from tests.api.harness import HOSTS, ApiCase

HYPERVISORS = "2.87"  # the last version that shows what is used


class WholeCloudTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.until(lambda: len(self.compute_services()) == 2 * HOSTS, "not all hosts are known")

    def compute_services(self) -> dict[str, dict[str, Any]]:
        answer = self.admin.get("/os-services?binary=nova-compute", expect=200)
        return {service["host"]: service for service in answer.json["services"]}

    def host_of(self, server: str) -> str:
        shown = self.admin.get(f"/servers/{server}", expect=200).json["server"]
        return shown["OS-EXT-SRV-ATTR:host"]

    def all_used(self) -> dict[str, int]:
        """Host → claimed CPUs."""
        found = self.admin.get("/os-hypervisors/detail", HYPERVISORS).json["hypervisors"]
        return {each["service"]["host"]: each["vcpus_used"] for each in found}

    def settled_used(self) -> dict[str, int]:
        """The same, once what other tests did has been told: hosts are, about once a second."""
        while True:
            used = self.all_used()
            time.sleep(1.5)
            if used == self.all_used():
                return used

    def change(self, service: dict[str, Any], **body: Any) -> None:
        self.admin.put(f"/os-services/{service['id']}", body, expect=200)

    def test_a_closed_host_takes_no_servers(self) -> None:
        services = self.compute_services()
        self.assertEqual({"up"}, {service["state"] for service in services.values()})
        (open_host, _), *closed = services.items()
        for _, service in closed:
            self.change(service, status="disabled", disabled_reason="test")
            self.addCleanup(self.change, service, status="enabled")
        self.assertEqual("disabled", self.compute_services()[closed[0][0]]["status"])
        for _ in range(3):
            self.assertEqual(open_host, self.host_of(self.boot()))

    def test_a_host_forced_down_takes_no_servers(self) -> None:
        services = self.compute_services()
        (open_host, _), *closed = services.items()
        for _, service in closed:
            self.change(service, forced_down=True)
            self.addCleanup(self.change, service, forced_down=False)
        self.assertEqual("down", self.compute_services()[closed[0][0]]["state"])
        self.assertEqual(open_host, self.host_of(self.boot()))

    def test_a_host_in_use_is_not_forgotten(self) -> None:
        service = self.compute_services()[self.host_of(self.boot())]
        answer = self.admin.delete(f"/os-services/{service['id']}")
        self.assertFault(answer, 409, "conflictingRequest", service["host"])
        self.assertIn(service["host"], self.compute_services())

    def test_hypervisors_show_what_is_claimed(self) -> None:
        before = self.settled_used()
        server = self.boot()
        host = self.host_of(server)
        used = before[host] + 1
        self.until(lambda: self.all_used()[host] == used, "claim is not shown")
        answer = self.admin.get("/os-hypervisors/detail?with_servers=1", expect=200)
        listed = {
            each["service"]["host"]: [found["uuid"] for found in each["servers"]]
            for each in answer.json["hypervisors"]
        }
        self.assertIn(server, listed[host])
        self.gone(server)
        self.until(lambda: self.all_used()[host] == before[host], "claim is shown for ever")

    def test_usage_follows_servers(self) -> None:
        def used() -> tuple[int, int]:
            absolute = self.member.get("/limits", expect=200).json["limits"]["absolute"]
            path = f"/os-quota-sets/{self.project}/detail"
            detail = self.reader.get(path, expect=200).json["quota_set"]
            self.assertEqual(absolute["totalInstancesUsed"], detail["instances"]["in_use"])
            return absolute["totalInstancesUsed"], absolute["totalRAMUsed"]

        self.assertEqual((0, 0), used())
        server = self.boot()
        self.assertEqual((1, 64), used())
        self.gone(server)
        self.assertEqual((0, 0), used())

    def test_limits_hold_when_booting(self) -> None:
        limit = {"quota_set": {"instances": 1}}
        self.admin.put(f"/os-quota-sets/{self.project}", limit, expect=200)
        self.boot()
        answer = self.member.post("/servers", self.wish())
        self.assertFault(answer, 403, "forbidden", "instances")
        self.admin.put(
            f"/os-quota-sets/{self.project}", {"quota_set": {"instances": 2}}, expect=200
        )
        self.boot()

    def test_members_of_a_group_come_and_go(self) -> None:
        body = {"server_group": {"name": "g", "policy": "anti-affinity"}}
        group = self.member.post("/os-server-groups", body, expect=200).json["server_group"]["id"]

        def members() -> list[str]:
            shown = self.reader.get(f"/os-server-groups/{group}", expect=200)
            return sorted(shown.json["server_group"]["members"])

        def wish() -> dict[str, Any]:
            return {**self.wish(), "os:scheduler_hints": {"group": group}}

        servers = []
        for _ in range(2):
            made = self.member.post("/servers", wish(), expect=202).json["server"]["id"]
            servers.append(self.settled(made, "ACTIVE"))
        self.assertEqual(sorted(servers), members())
        self.assertEqual(2, len({self.host_of(server) for server in servers}))
        self.gone(servers[0])
        self.assertEqual(servers[1:], members())
        self.member.delete(f"/os-server-groups/{group}", expect=204)
        self.member.get(f"/servers/{servers[1]}", expect=200)

    def test_zones_of_all_cells(self) -> None:
        zones = self.reader.get("/os-availability-zone", expect=200).json["availabilityZoneInfo"]
        self.assertEqual(["nova"], [zone["zoneName"] for zone in zones])
        answer = self.admin.get("/os-availability-zone/detail", expect=200)
        internal, nova = answer.json["availabilityZoneInfo"]
        self.assertEqual("internal", internal["zoneName"])
        self.assertEqual(set(self.compute_services()), set(nova["hosts"]))
