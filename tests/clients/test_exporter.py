# SPDX-License-Identifier: Apache-2.0
"""The requests of the Prometheus exporter for OpenStack (it is written in Go, with gophercloud)."""

from __future__ import annotations

from typing import Any

from tests.clients.sdk_case import SdkCase

# The versions it asks for, and the newest.
VERSIONS = ("2.1", "2.87", "2.104")


class Exporter(SdkCase):
    def read(self, version: str, path: str) -> Any:
        answer = self.admin.get(path, microversion=version)
        self.assertEqual(200, answer.status_code, path)
        return answer.json()

    def test_all_it_scrapes(self) -> None:
        server = self.boot()
        project = self.cloud.project("demo")
        for version in VERSIONS:
            with self.subTest(version):
                self.scrape(version, server.id, project)

    def scrape(self, version: str, server: str, project: str) -> None:
        services = self.read(version, "/os-services")["services"]
        self.assertLessEqual(
            {"nova-compute", "nova-conductor"}, {one["binary"] for one in services}
        )
        self.assertIn("up", {one["state"] for one in services})
        nodes = self.read(version, "/os-hypervisors/detail")["hypervisors"]
        self.assertEqual(6, len(nodes))
        # Capacity left the API with 2.88.
        self.assertEqual(version != "2.104", "vcpus" in nodes[0])
        self.assertIn("aggregates", self.read(version, "/os-aggregates"))
        self.assertIn("flavors", self.read(version, "/flavors/detail"))
        zones = self.read(version, "/os-availability-zone")["availabilityZoneInfo"]
        self.assertIn("nova", [zone["zoneName"] for zone in zones])
        servers = self.read(version, "/servers/detail?all_tenants=true")["servers"]
        self.assertIn(server, [one["id"] for one in servers])
        limits = self.read(version, f"/limits?tenant_id={project}")["limits"]["absolute"]
        self.assertGreaterEqual(limits["totalInstancesUsed"], 1)
        usages = self.read(version, "/os-simple-tenant-usage?detailed=1")["tenant_usages"]
        (mine,) = [one for one in usages if one["tenant_id"] == project]
        self.assertIn(server, [one["instance_id"] for one in mine["server_usages"]])
        quotas = self.read(version, f"/os-quota-sets/{project}/detail")["quota_set"]
        self.assertGreaterEqual(quotas["instances"]["in_use"], 1)
