# SPDX-License-Identifier: Apache-2.0
"""Usage of projects: what counts in a period, pages, bad periods, and who may see whose."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.index.write import Head
from nova_cells.objects import Instance
from nova_cells.runtime.clock import now
from tests.api.side_case import (
    ADMIN,
    BAD,
    DENIED,
    MEMBER,
    NEWEST,
    OTHER,
    OUTSIDER,
    PROJECT,
    READER,
    SideCase,
)
from tests.unit.global_api.world import spec

PATH = "/os-simple-tenant-usage"
DAY = 86_400_000_000
HOUR = 3_600_000_000
NOON = 1_767_268_800_000_000  # 2026-01-01T12:00:00
PERIOD = "start=2026-01-01T12:00:00&end=2026-01-02T12:00:00"
TOTALS = {
    *("tenant_id", "start", "stop", "total_hours", "total_vcpus_usage"),
    *("total_memory_mb_usage", "total_local_gb_usage"),
}


class UsageCase(SideCase):
    def lived(self, project: str = PROJECT, start: int | None = NOON, **changes: Any) -> str:
        """A server of 1 CPU, 64 MB and 1 GB, launched at `start`."""
        wish = spec(project)
        made = Instance.from_spec(wish).replace(launched_at=start, vm_state="active", **changes)
        self.side.index.apply([Head(made.document(), None)])
        return str(made.uuid)

    def one(self, project: str = PROJECT, query: str = PERIOD, version: int = NEWEST) -> Any:
        path = f"{PATH}/{project}?{query}"
        return self.get(path, version, as_=ADMIN, status=200).body["tenant_usage"]

    def every(self, query: str = PERIOD, version: int = NEWEST) -> Any:
        return self.get(f"{PATH}?{query}", version, status=200).body["tenant_usages"]


class UsageTest(UsageCase):
    def test_a_server_that_lives(self) -> None:
        uuid = self.lived(start=NOON - DAY)
        for version in (1, 39, 40, NEWEST):
            usage = self.one(version=version)
            (server,) = usage.pop("server_usages")
            self.assertEqual(
                {
                    "tenant_id": PROJECT,
                    "start": "2026-01-01T12:00:00.000000",
                    "stop": "2026-01-02T12:00:00.000000",
                    "total_hours": 24.0,
                    "total_vcpus_usage": 24.0,
                    "total_memory_mb_usage": 24.0 * 64,
                    "total_local_gb_usage": 24.0,
                },
                usage,
            )
            lived = (now() - NOON + DAY) // 1_000_000
            self.assertAlmostEqual(lived, server.pop("uptime"), delta=60)
            self.assertEqual(
                {
                    "instance_id": uuid,
                    "name": "server",
                    "tenant_id": PROJECT,
                    "flavor": "m1.tiny",
                    "vcpus": 1,
                    "memory_mb": 64,
                    "local_gb": 1,
                    "state": "active",
                    "started_at": "2025-12-31T12:00:00.000000",
                    "ended_at": None,
                    "hours": 24.0,
                },
                server,
            )

    def test_only_the_hours_inside_count(self) -> None:
        for start, end, hours in (
            (NOON + HOUR, NOON + 3 * HOUR, 2.0),
            (NOON - HOUR, NOON + HOUR, 1.0),
            (NOON + DAY - HOUR, NOON + 9 * DAY, 1.0),
        ):
            uuid = self.lived(start=start, terminated_at=end, deleted_at=end)
            server = {each["instance_id"]: each for each in self.one()["server_usages"]}[uuid]
            self.assertEqual((hours, "terminated"), (server["hours"], server["state"]))
            self.assertEqual((end - start) // 1_000_000, server["uptime"])
        self.assertEqual(4.0, self.one()["total_hours"])

    def test_hours_to_come_are_no_usage(self) -> None:
        self.lived(start=now() - HOUR)
        usage = self.one(query="start=2026-01-01T12:00:00&end=2099-01-01T00:00:00")
        self.assertAlmostEqual(1.0, usage["total_hours"], delta=0.1)
        self.assertEqual("2099-01-01T00:00:00.000000", usage["stop"])

    def test_what_did_not_live_then_is_no_usage(self) -> None:
        self.lived(start=None)
        self.lived(start=NOON + 2 * DAY)
        self.lived(start=NOON - DAY, terminated_at=NOON - HOUR, deleted_at=NOON - HOUR)
        self.assertEqual({}, self.one())
        self.assertEqual([], self.every())

    def test_list(self) -> None:
        for project in (PROJECT, OTHER, PROJECT):
            self.lived(project)
        usages = {usage["tenant_id"]: usage for usage in self.every()}
        self.assertEqual({PROJECT, OTHER}, set(usages))
        self.assertEqual((48.0, 24.0), tuple(usages[p]["total_hours"] for p in (PROJECT, OTHER)))
        for query in (PERIOD, f"{PERIOD}&detailed=0", f"{PERIOD}&detailed=x"):
            self.assertEqual(TOTALS, set(self.every(query)[0]))
        detailed = self.every(f"{PERIOD}&detailed=1")
        self.assertEqual(TOTALS | {"server_usages"}, set(detailed[0]))
        self.assertEqual([2, 1], [len(usage["server_usages"]) for usage in detailed])

    def test_the_period_is_the_present_unless_said_otherwise(self) -> None:
        self.lived()
        for query in ("", "start=&end="):
            usage = self.one(query=query)
            self.assertAlmostEqual(0.0, usage["total_hours"])
            self.assertLess(usage["start"], usage["stop"])
        self.assertGreater(self.one(query="start=2026-01-01T12:00:00")["total_hours"], 24)

    def test_forms_of_time(self) -> None:
        self.lived()
        for text in ("2026-01-01T12:00:00", "2026-01-01T12:00:00.000000", "2026-01-01 12:00:00.0"):
            usage = self.one(query=f"start={text.replace(' ', '%20')}&end=2026-01-01T13:00:00")
            self.assertEqual(1.0, usage["total_hours"])

    def test_bad_periods(self) -> None:
        for query in (
            "start=yesterday",
            "end=2026-13-01T00:00:00",
            "start=2026-01-01",
            "start=2026-01-01T00:00:00Z",
            "start=2026-01-01T00:00:00%2B01:00",
            "start=20260101T000000",
            "start=2026-01-02T00:00:00&end=2026-01-01T00:00:00",
            "start=2026-01-02T00:00:00&end=2026-01-02T00:00:00",
            "end=2020-01-01T00:00:00",
            "start=%D9%A1026-01-01T00:00:00",
        ):
            with self.subTest(query=query):
                self.refused(BAD, self.get(f"{PATH}?{query}", NEWEST))
                self.refused(BAD, self.get(f"{PATH}/{PROJECT}?{query}", 1))
        self.get(f"{PATH}?start=0001-01-01T00:00:00&end=9999-12-31T23:59:59", status=200)

    def test_unknown_parameters(self) -> None:
        for path in (PATH, f"{PATH}/{PROJECT}"):
            self.get(f"{path}?x=1", 74, status=200)
            self.refused(BAD, self.get(f"{path}?x=1", 75))

    def test_who_may(self) -> None:
        self.lived()
        for who in (MEMBER, READER, OUTSIDER):
            self.refused(DENIED, self.get(PATH, as_=who))
        for who in (MEMBER, READER, ADMIN):
            answer = self.get(f"{PATH}/{PROJECT}?{PERIOD}", NEWEST, as_=who, status=200)
            self.assertEqual(24.0, answer.body["tenant_usage"]["total_hours"])
        self.refused(DENIED, self.get(f"{PATH}/{PROJECT}", as_=OUTSIDER))


class UsagePageTest(UsageCase):
    """A page is one of servers, from 2.40 on."""

    def setUp(self) -> None:
        super().setUp()
        self.uuids = sorted(self.lived(PROJECT) for _ in range(5))
        self.others = sorted(self.lived(OTHER) for _ in range(3))

    def test_before_2_40_there_are_none(self) -> None:
        answer = self.get(f"{PATH}/{PROJECT}?{PERIOD}&limit=1&marker=x", 39, status=200)
        self.assertEqual({"tenant_usage"}, set(answer.body))
        self.assertEqual(5, len(answer.body["tenant_usage"]["server_usages"]))

    def test_pages_of_a_project(self) -> None:
        path = f"{PATH}/{PROJECT}?{PERIOD}&limit=2"
        self.assertEqual(self.uuids, self.walk(path, "tenant_usage"))

    def test_pages_of_all(self) -> None:
        path = f"{PATH}?{PERIOD}&detailed=1&limit=2"
        self.assertEqual(self.uuids + self.others, self.walk(path, "tenant_usages"))

    def walk(self, path: str, name: str) -> list[str]:
        """The servers of all pages, by following the links."""
        seen: list[str] = []
        while path:
            body = self.get(path, 40, status=200).body
            usages = body[name] if isinstance(body[name], list) else [body[name]]
            seen += [s["instance_id"] for u in usages for s in u.get("server_usages", ())]
            links = body.get(f"{name}_links", [])
            self.assertEqual(["next"] * len(links), [link["rel"] for link in links])
            path = links[0]["href"].partition("/v2.1")[2] if links else ""
        return seen

    def test_a_page_that_is_not_full_has_no_link(self) -> None:
        answer = self.get(f"{PATH}/{PROJECT}?{PERIOD}&limit=6", 40, status=200)
        self.assertEqual({"tenant_usage"}, set(answer.body))

    def test_markers_and_limits(self) -> None:
        for path in (PATH, f"{PATH}/{PROJECT}"):
            for query in ("marker=none", f"marker={OTHER}", "limit=-1", "limit=x"):
                self.refused(BAD, self.get(f"{path}?{PERIOD}&{query}", 40))
        theirs = f"{PATH}/{PROJECT}?{PERIOD}&marker={self.others[0]}"
        self.refused(BAD, self.get(theirs, 40, as_=MEMBER))
        self.assertEqual({}, self.one(query=f"{PERIOD}&marker={self.uuids[-1]}"))
        self.assertEqual({}, self.one(query=f"{PERIOD}&limit=0"))

    def test_a_deleted_marker_is_as_good_as_any(self) -> None:
        document = self.row(self.uuids[1]).document
        ended = {"deleted_at": NOON + HOUR, "terminated_at": NOON + HOUR}
        head = Head({**document, **ended, "revision": document["revision"] + 1}, None)
        self.side.index.apply([head])
        usage = self.one(query=f"{PERIOD}&marker={self.uuids[1]}")
        found = [server["instance_id"] for server in usage["server_usages"]]
        self.assertEqual(self.uuids[2:], found)
