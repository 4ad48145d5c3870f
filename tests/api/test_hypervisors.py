# SPDX-License-Identifier: Apache-2.0
"""Hypervisors in every version: fields, ids, pages, patterns, servers, uptime, statistics."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from nova_cells.global_api.db.tables.server_index import server_index
from tests.api.host_case import INVENTORY, HostCase
from tests.api.side_case import (
    BAD,
    DENIED,
    MEMBER,
    MISSING,
    NEWEST,
    OUTSIDER,
    READER,
)

PATH = "/os-hypervisors"
SHORT = {"id", "hypervisor_hostname", "state", "status"}
LONG = SHORT | {"service", "host_ip", "hypervisor_type", "hypervisor_version"}
CAPACITY = {
    *("vcpus", "vcpus_used", "memory_mb", "memory_mb_used", "local_gb", "local_gb_used"),
    *("free_ram_mb", "free_disk_gb", "current_workload", "running_vms", "disk_available_least"),
}
NOBODY = "00000000-0000-0000-0000-000000000000"


class HypervisorTest(HostCase):
    def listed(self, query: str = "", version: int = NEWEST, **more: Any) -> list[dict[str, Any]]:
        return self.get(f"{PATH}{query}", version, status=200, **more).body["hypervisors"]

    def key(self, version: int, name: str = "h1") -> int | str:
        host = self.hosts[name]
        return host.id if version < 53 else host.uuid

    def test_fields_of_each_version(self) -> None:
        for version, fields in (
            (1, LONG | CAPACITY | {"cpu_info"}),
            (27, LONG | CAPACITY | {"cpu_info"}),
            (28, LONG | CAPACITY | {"cpu_info"}),
            (53, LONG | CAPACITY | {"cpu_info"}),
            (87, LONG | CAPACITY | {"cpu_info"}),
            (88, LONG | {"uptime"}),
            (NEWEST, LONG | {"uptime"}),
        ):
            with self.subTest(version=version):
                self.assertEqual(SHORT, set(self.listed(version=version)[0]))
                detailed = self.listed("/detail", version)[0]
                self.assertEqual(fields, set(detailed))
                self.assertEqual(self.key(version), detailed["id"])
                self.assertEqual(self.key(version), detailed["service"]["id"])
                shown = self.get(f"{PATH}/{self.key(version)}", version, status=200)
                self.assertEqual(detailed, shown.body["hypervisor"])

    def test_values(self) -> None:
        self.publish_host("h1", memory_mb_used=192, vcpus_used=3, disk_gb_used=7, running_vms=3)
        shown = self.get(f"{PATH}/{self.key(52)}", 52).body["hypervisor"]
        expected = {
            "hypervisor_hostname": "h1.node",
            "state": "up",
            "status": "enabled",
            "vcpus": 8,
            "vcpus_used": 3,
            "free_ram_mb": 8000,
            "free_disk_gb": 93,
            "running_vms": 3,
            "hypervisor_type": "QEMU",
            "hypervisor_version": 7002000,
        }
        self.assertEqual(expected, {name: shown[name] for name in expected})
        self.assertEqual("h1", shown["service"]["host"])

    def test_cpu_info_is_an_object_since_2_28(self) -> None:
        for version, kind in ((27, str), (28, dict)):
            self.assertIs(kind, type(self.listed("/detail", version)[0]["cpu_info"]), version)

    def test_state_and_status(self) -> None:
        self.publish_host("h1", up=False, enabled=False, disabled_reason="r")
        self.publish_host("h2", forced_down=True)
        first, second, third = self.listed("/detail")
        self.assertEqual(("down", "disabled"), (first["state"], first["status"]))
        self.assertEqual("r", first["service"]["disabled_reason"])
        self.assertEqual(("down", "enabled"), (second["state"], second["status"]))
        self.assertEqual("up", third["state"])

    def test_pages_since_2_33(self) -> None:
        self.assertEqual(3, len(self.listed("?limit=1", 32)))
        for version in (33, 52, 53, NEWEST):
            page = self.get(f"{PATH}?limit=2", version).body
            self.assertEqual(2, len(page["hypervisors"]))
            marker = self.key(version, "h2")
            self.assertIn(f"marker={marker}", page["hypervisors_links"][0]["href"])
            rest = self.get(f"{PATH}/detail?limit=2&marker={marker}", version).body
            self.assertEqual([self.key(version, "h3")], [h["id"] for h in rest["hypervisors"]])
            self.assertNotIn("hypervisors_links", rest)
            for query in ("marker=none", "limit=x", "limit=-1"):
                self.refused(BAD, self.get(f"{PATH}?{query}", version))
        self.assertNotIn("hypervisors_links", self.get(f"{PATH}?limit=1", 32).body)

    def test_ids(self) -> None:
        for key, version, fault in (
            ("none", 52, MISSING),
            (99, 52, MISSING),
            ("9" * 30, 52, MISSING),
            (self.uuid_of("h1"), 52, MISSING),
            (1, 53, BAD),
            ("none", 53, BAD),
            (NOBODY, 53, MISSING),
        ):
            self.refused(fault, self.get(f"{PATH}/{key}", version))

    def test_pattern(self) -> None:
        for name in ("h1", "h3"):
            (found,) = self.listed(f"?hypervisor_hostname_pattern={name}", 53)
            self.assertEqual(f"{name}.node", found["hypervisor_hostname"])
            (found,) = self.listed(f"/{name}/search", 52)
            self.assertEqual(self.hosts[name].id, found["id"])
        self.assertEqual(3, len(self.listed("?hypervisor_hostname_pattern=.node", 53)))
        for pattern in ("none", "%25", "_"):
            path = f"{PATH}?hypervisor_hostname_pattern={pattern}"
            self.refused(MISSING, self.get(path, 53))
            self.refused(MISSING, self.get(f"{PATH}/{pattern}/search", 52))
            self.refused(MISSING, self.get(f"{PATH}/{pattern}/servers", 52))
        for query in ("hypervisor_hostname_pattern=", "hypervisor_hostname_pattern=h&limit=1"):
            self.refused(BAD, self.get(f"{PATH}?{query}", 53))
        self.assertEqual(3, len(self.listed("?hypervisor_hostname_pattern=h1", 52)))

    def test_servers(self) -> None:
        server = self.boot(name="one")
        self.placed(server)
        where = update(server_index).where(server_index.c.uuid == server).values(host="h2")
        self.database.write(lambda connection: connection.execute(where))
        expected = [{"uuid": server, "name": "one"}]
        for query, version in (("/h/servers", 52), ("?with_servers=true", 53)):
            found = self.listed(query, version)
            self.assertEqual([None, expected, None], [each.get("servers") for each in found])
        for path in ("", "/detail"):
            found = self.listed(f"{path}?with_servers=1", 75)
            self.assertEqual([[], expected, []], [each["servers"] for each in found])
        shown = self.get(f"{PATH}/{self.uuid_of('h2')}?with_servers=True", 53)
        self.assertEqual(expected, shown.body["hypervisor"]["servers"])
        self.assertNotIn("servers", self.listed("?with_servers=false", NEWEST)[1])
        self.refused(BAD, self.get(f"{PATH}?with_servers=perhaps", 53))
        gone = update(server_index).where(server_index.c.uuid == server).values(deleted=True)
        self.database.write(lambda connection: connection.execute(gone))
        self.assertEqual([[], [], []], [h["servers"] for h in self.listed("?with_servers=1", 75)])

    def test_uptime_until_2_87(self) -> None:
        for version in (1, 52, 53, 87):
            answer = self.get(f"{PATH}/{self.key(version)}/uptime", version, status=200)
            self.assertEqual(SHORT | {"uptime"}, set(answer.body["hypervisor"]))
            self.assertEqual(self.key(version), answer.body["hypervisor"]["id"])
        self.refused(MISSING, self.get(f"{PATH}/{self.uuid_of('h1')}/uptime", 88))
        self.refused(MISSING, self.get(f"{PATH}/99/uptime", 52))
        self.publish_host("h2", up=False)
        self.refused(BAD, self.get(f"{PATH}/{self.hosts['h2'].id}/uptime", 1))
        self.publish_host("h3", inventory=INVENTORY.replace(uptime=None))
        self.ask("GET", f"{PATH}/{self.hosts['h3'].id}/uptime", status=501)

    def test_statistics_until_2_87(self) -> None:
        self.publish_host("h1", enabled=False)
        for version in (1, 87):
            sums = self.get(f"{PATH}/statistics", version).body["hypervisor_statistics"]
            self.assertEqual(CAPACITY | {"count"}, set(sums))
            self.assertEqual((2, 16), (sums["count"], sums["vcpus"]))
        self.refused(MISSING, self.get(f"{PATH}/statistics", 88))

    def test_what_is_gone_since_2_53(self) -> None:
        for path in ("search", "servers"):
            self.refused(MISSING, self.get(f"{PATH}/h1/{path}", 53))

    def test_unknown_parameters(self) -> None:
        for path in ("", "/detail"):
            self.listed(f"{path}?x=1", 52)
            self.refused(BAD, self.get(f"{PATH}{path}?x=1", 53))

    def test_who_may(self) -> None:
        for who in (MEMBER, READER, OUTSIDER):
            for path in (
                "",
                "/detail",
                "/statistics",
                "/1",
                "/1/uptime",
                "/h/search",
                "/h/servers",
            ):
                self.refused(DENIED, self.get(f"{PATH}{path}", 1, as_=who))
