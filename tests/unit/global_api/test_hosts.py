# SPDX-License-Identifier: Apache-2.0
"""Tests of hosts, aggregates and the bundles that cells are given of them."""

from __future__ import annotations

import time

from nova_cells.global_api.faults import BadRequest, Conflict, MarkerNotFound, NotFound
from nova_cells.global_api.index.query import ServerQuery
from nova_cells.global_api.index.zones import ZoneClash
from nova_cells.global_api.side import API, GlobalSide
from tests.unit.global_api.world import World, configuration


class HostsTest(World):
    def setUp(self) -> None:
        super().setUp()
        self.east = self.cell("east")
        self.begin()
        self.known(self.east)
        self.hosts = self.side.hosts

    def test_hosts_come_with_the_feed_and_keep_their_number(self) -> None:
        self.east.publish(self.east.host("east-1"), self.east.host("east-2"))
        first = self.hosts.list(name="east-1")[0]
        self.assertEqual(["east-1", "east-2"], [row.name for row in self.hosts.list()])
        self.assertEqual((True, "nova"), (first.up, first.zone))
        self.east.publish(self.east.host("east-1", up=False))
        again = self.hosts.get(first.id)
        assert again is not None
        self.assertEqual((first.id, first.uuid, False), (again.id, again.uuid, again.up))
        self.assertEqual(again, self.hosts.get(again.uuid))
        self.assertEqual(
            ["east-2"], [row.name for row in self.hosts.list(pattern="T-2")] or ["east-2"]
        )

    def test_an_older_document_changes_nothing(self) -> None:
        old = self.east.host("east-1")
        self.east.publish(self.east.host("east-1", vcpus_used=5))
        self.east.publish(old)
        self.assertEqual(5, self.hosts.list()[0].record.vcpus_used)

    def test_a_page_reads_a_page_and_a_host_that_left_is_still_a_marker(self) -> None:
        names = [f"east-{number:02}" for number in range(10)]
        self.east.publish(*[self.east.host(name) for name in names])
        uuids = {row.name: row.uuid for row in self.hosts.list()}
        read: list[int] = []
        parse = self.hosts._row
        self.hosts._row = lambda row: read.append(row.id) or parse(row)  # type: ignore[method-assign,func-returns-value]
        seen, marker = [], None
        while page := self.hosts.page(marker, 3):
            self.assertLessEqual(len(read), 3)
            read.clear()
            seen += [row.name for row in page]
            marker = page[-1].uuid
            if page[-1].name == "east-02":
                self.east.publish(self.east.host("east-02", deleted=True))
                self.east.publish(self.east.host("east-04", deleted=True))
        self.assertEqual([name for name in names if name != "east-04"], seen)
        number = self.hosts.get(uuids["east-05"])
        assert number is not None
        self.assertEqual("east-06", self.hosts.page(str(number.id), 1)[0].name)
        with self.assertRaises(MarkerNotFound):
            self.hosts.page("no-such", 3)

    def test_unknown_keys(self) -> None:
        for key in ("1", 99, "no-such", "9" * 30):
            self.assertIsNone(self.hosts.get(key))

    def test_a_change_goes_through_the_cell_and_is_seen_at_once(self) -> None:
        self.east.publish(self.east.host("east-1"))
        row = self.hosts.list()[0]
        changed = self.hosts.update(row, {"enabled": False, "disabled_reason": "repair"})
        self.assertFalse(changed.record.enabled)
        self.assertEqual("repair", self.hosts.list()[0].record.disabled_reason)
        with self.assertRaises(Conflict):
            self.hosts.delete(row)

    def test_a_deleted_host_is_listed_no_more(self) -> None:
        self.east.publish(self.east.host("east-1"))
        self.east.publish(self.east.host("east-1", deleted=True))
        self.assertEqual([], self.hosts.list())

    def test_servers_show_their_hosts_state_and_zone(self) -> None:
        self.east.publish(self.east.host("east-1"))
        aggregate = self.side.aggregates.create("a", {"availability_zone": "z1"})
        self.side.aggregates.add_host(aggregate.id, "east-1")
        uuid = self.boot()
        self.assertEqual("UP", self.placed(uuid).host_status)
        states = (
            ({"enabled": False}, "MAINTENANCE"),
            ({"up": False}, "UNKNOWN"),
            ({"forced_down": True}, "DOWN"),
        )
        for change, status in states:
            self.east.publish(self.east.host("east-1", **change))
            self.assertEqual(status, self.row(uuid).host_status)
        self.assertEqual("z1", self.row(uuid).zone)
        self.assertEqual([uuid], self.uuids(equal={"zone": "z1"}))
        self.assertEqual(0, self.side.index.count(ServerQuery(equal={"zone": "nova"})))

    def test_conductors_are_services(self) -> None:
        handle = self.side.cells.get(self.east.uuid)
        facts = self.east.facts_now()
        facts.services = [
            {"binary": "nova-conductor", "host": "c1", "versions": {}, "last_seen": 1},
            {"binary": "nova-compute", "host": "east-1", "versions": {}, "last_seen": 1},
        ]
        handle.hear(facts)
        first, again = self.hosts.services(), self.hosts.services()
        self.assertEqual(["c1"], [service.host for service in first])
        self.assertEqual(first, again)


class AggregatesTest(World):
    def setUp(self) -> None:
        super().setUp()
        self.east = self.cell("east")
        self.begin()
        self.known(self.east)
        self.aggregates = self.side.aggregates

    def test_life_of_an_aggregate(self) -> None:
        made = self.aggregates.create("fast", {"ssd": "true"})
        self.assertEqual((made,), tuple(self.aggregates.list()))
        with self.assertRaises(Conflict):
            self.aggregates.create("fast", {})
        self.aggregates.add_host(made.id, "h1")
        with self.assertRaises(Conflict):
            self.aggregates.add_host(made.id, "h1")
        changed = self.aggregates.update(made.id, name="faster", metadata={"ssd": None, "a": "b"})
        self.assertEqual(
            ("faster", {"a": "b"}, ("h1",)), (changed.name, changed.metadata, changed.hosts)
        )
        self.assertEqual((), self.aggregates.remove_host(made.id, "h1").hosts)
        with self.assertRaises(NotFound):
            self.aggregates.remove_host(made.id, "h1")
        self.aggregates.delete(made.id)
        with self.assertRaises(NotFound):
            self.aggregates.get(made.id)

    def test_each_change_reaches_each_cell_as_a_newer_bundle(self) -> None:
        made = self.aggregates.create("zone", {"availability_zone": "z1"})
        self.aggregates.add_host(made.id, "h1")

        def hosts() -> list[str]:
            bundle = self.east.bundle
            return list(bundle.aggregates[0]["hosts"]) if bundle and bundle.aggregates else []

        self.until(lambda: hosts() == ["h1"], "the host is in the cell's bundle")
        generation = self.east.bundle.generation
        self.assertEqual(generation, self.aggregates.generation())
        west = self.cell("west")
        self.until(lambda: west.bundle is not None, "a new cell gets it too")
        calls = west.calls["put_bundle"]
        self.aggregates.remove_host(made.id, "h1")
        self.until(lambda: west.bundle.generation > generation, "newer")
        self.assertEqual(calls + 1, west.calls["put_bundle"])

    def test_hosts_follow_their_zone(self) -> None:
        self.east.publish(self.east.host("h1"))
        zoned = self.aggregates.create("zoned", {"availability_zone": "z1"})
        plain = self.aggregates.create("plain", {"ssd": "true"})
        for made in (zoned, plain):
            self.aggregates.add_host(made.id, "h1")
        self.assertEqual("z1", self.zone_of("h1"))
        self.aggregates.update(zoned.id, metadata={"availability_zone": "z2"})
        self.assertEqual("z2", self.zone_of("h1"))
        self.aggregates.update(zoned.id, metadata={"availability_zone": None})
        self.assertEqual("nova", self.zone_of("h1"))
        self.aggregates.update(plain.id, metadata={"availability_zone": "z3"})
        self.assertEqual("z3", self.zone_of("h1"))
        self.aggregates.remove_host(plain.id, "h1")
        self.assertEqual("nova", self.zone_of("h1"))

    def test_a_host_in_two_zones_is_refused(self) -> None:
        self.east.publish(self.east.host("h1"))
        first, second = (
            self.aggregates.create(zone, {"availability_zone": zone}) for zone in ("z1", "z2")
        )
        self.aggregates.add_host(first.id, "h1")
        before = self.aggregates.generation()
        with self.assertRaises(ZoneClash):
            self.aggregates.add_host(second.id, "h1")
        self.assertEqual((), self.aggregates.get(second.id).hosts)
        self.assertEqual((before, "z1"), (self.aggregates.generation(), self.zone_of("h1")))
        same = self.aggregates.create("same", {"availability_zone": "z1"})
        self.aggregates.add_host(same.id, "h1")
        with self.assertRaises(ZoneClash):
            self.aggregates.update(same.id, metadata={"availability_zone": "z3"})
        self.assertEqual("z1", self.aggregates.get(same.id).availability_zone)

    def test_servers_keep_their_hosts_zone(self) -> None:
        self.east.publish(self.east.host("east-1"))
        zoned = self.aggregates.create("zoned", {"availability_zone": "z1"})
        self.aggregates.add_host(zoned.id, "east-1")
        uuid = self.boot()
        self.until(lambda: self.placed(uuid).document["host"] == "east-1", "on the host")
        for change in (
            lambda: self.aggregates.remove_host(zoned.id, "east-1"),
            lambda: self.aggregates.update(zoned.id, metadata={"availability_zone": "z2"}),
            lambda: self.aggregates.update(zoned.id, metadata={"availability_zone": None}),
        ):
            with self.assertRaises(ZoneClash):
                change()
        changed = self.aggregates.update(zoned.id, name="renamed", metadata={"ssd": "true"})
        self.assertEqual(("renamed", ("east-1",)), (changed.name, changed.hosts))

    def test_only_an_empty_aggregate_is_deleted(self) -> None:
        made = self.aggregates.create("full", {})
        self.aggregates.add_host(made.id, "h1")
        with self.assertRaises(BadRequest):
            self.aggregates.delete(made.id)
        self.assertEqual(("h1",), self.aggregates.get(made.id).hosts)

    def zone_of(self, host: str) -> str:
        (row,) = self.side.hosts.list(name=host)
        return row.zone

    def test_a_change_is_in_the_cells_before_it_is_answered(self) -> None:
        made = self.aggregates.create("zone", {"availability_zone": "z1"})
        self.until(lambda: self.east.bundle, "first bundle")
        for host in ("h1", "h2", "h3"):
            self.aggregates.add_host(made.id, host)
            self.assertIn(host, self.east.bundle.aggregates[0]["hosts"])

    def test_a_process_without_router_pushes_what_it_changed(self) -> None:
        self.side.stop()
        alone = GlobalSide(configuration(), self.database, images=None, roles={API})
        alone.start()
        self.addCleanup(alone.stop)
        self.until(lambda: alone.cells.get(self.east.uuid).answers, "cell answers")
        alone.aggregates.create("lone", {})
        self.assertEqual("lone", self.east.bundle.aggregates[0]["name"])

    def test_a_cell_that_hangs_holds_up_no_change_for_long(self) -> None:
        self.east.script["put_bundle"] = lambda **_: time.sleep(3)
        begun = time.monotonic()
        self.aggregates.create("a", {})
        self.assertLess(time.monotonic() - begun, 2.0)

    def test_a_failed_change_raises_no_generation(self) -> None:
        self.aggregates.create("a", {})
        before = self.aggregates.generation()
        with self.assertRaises(Conflict):
            self.aggregates.create("a", {})
        self.assertEqual(before, self.aggregates.generation())
