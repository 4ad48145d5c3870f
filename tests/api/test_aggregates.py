# SPDX-License-Identifier: Apache-2.0
"""Aggregates in every version: life, hosts, metadata, zones, and who may."""

from __future__ import annotations

from typing import Any

from tests.api.host_case import HostCase
from tests.api.side_case import (
    BAD,
    CLASH,
    DENIED,
    MEMBER,
    MISSING,
    NEWEST,
    OUTSIDER,
    READER,
    Answer,
)

PATH = "/os-aggregates"
MADE = {"id", "name", "availability_zone", "created_at", "updated_at", "deleted", "deleted_at"}
WHOLE = MADE | {"hosts", "metadata"}


class AggregateCase(HostCase):
    def create(self, name: str = "a", version: int = NEWEST, **more: Any) -> dict[str, Any]:
        body = {"aggregate": {"name": name, **more}}
        return self.post(PATH, body, version, status=200).body["aggregate"]

    def act(self, key: int, action: str, version: int = NEWEST, **body: Any) -> Answer:
        return self.post(f"{PATH}/{key}/action", {action: body}, version)

    def shown(self, key: int) -> dict[str, Any]:
        return self.get(f"{PATH}/{key}", NEWEST, status=200).body["aggregate"]


class AggregateTest(AggregateCase):
    def test_fields_of_each_version(self) -> None:
        for version, more in ((1, set()), (40, set()), (41, {"uuid"}), (NEWEST, {"uuid"})):
            with self.subTest(version=version):
                made = self.create(f"v{version}", version)
                self.assertEqual(MADE | more, set(made))
                path = f"{PATH}/{made['id']}"
                answers = (
                    self.get(path, version),
                    self.put(path, {"aggregate": {"name": f"w{version}"}}, version),
                    self.act(made["id"], "add_host", version, host="h1"),
                    self.act(made["id"], "set_metadata", version, metadata={"k": "v"}),
                    self.act(made["id"], "remove_host", version, host="h1"),
                )
                for answer in answers:
                    self.assertEqual(200, answer.status, answer.body)
                    self.assertEqual(WHOLE | more, set(answer.body["aggregate"]))
                self.assertEqual(WHOLE | more, set(self.get(PATH, version).body["aggregates"][0]))
                self.assertIsNone(self.delete(path, version, status=200).body)

    def test_values(self) -> None:
        made = self.create("fast", availability_zone="west")
        self.assertEqual(("fast", "west"), (made["name"], made["availability_zone"]))
        self.assertIsNone(made["updated_at"])
        self.assertIs(False, made["deleted"])
        self.act(made["id"], "add_host", host="h2")
        self.act(made["id"], "add_host", host="h1")
        shown = self.shown(made["id"])
        self.assertEqual(["h1", "h2"], shown["hosts"])
        self.assertEqual({"availability_zone": "west"}, shown["metadata"])
        self.assertRegex(shown["updated_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$")
        self.assertEqual([shown], self.get(PATH, NEWEST).body["aggregates"])

    def test_no_zone(self) -> None:
        for more in ({}, {"availability_zone": None}):
            made = self.create(f"plain{len(more)}", **more)
            self.assertIsNone(made["availability_zone"])
            self.assertEqual({}, self.shown(made["id"])["metadata"])

    def test_names_are_unique(self) -> None:
        self.create("a")
        other = self.create("b")
        self.refused(CLASH, self.post(PATH, {"aggregate": {"name": "a"}}))
        change = {"aggregate": {"name": "a"}}
        self.refused(CLASH, self.put(f"{PATH}/{other['id']}", change))
        self.put(f"{PATH}/{other['id']}", {"aggregate": {"name": "b"}}, status=200)

    def test_metadata_is_merged_and_null_takes_away(self) -> None:
        key = self.create(availability_zone="west")["id"]
        self.act(key, "set_metadata", metadata={"ssd": "true", "gpu": ""})
        answer = self.act(key, "set_metadata", metadata={"ssd": None, "never": None, "x": "1"})
        expected = {"availability_zone": "west", "gpu": "", "x": "1"}
        self.assertEqual(expected, answer.body["aggregate"]["metadata"])
        answer = self.act(key, "set_metadata", metadata={"availability_zone": "north"})
        self.assertEqual("north", answer.body["aggregate"]["availability_zone"])
        answer = self.put(f"{PATH}/{key}", {"aggregate": {"availability_zone": "south"}})
        self.assertEqual("south", answer.body["aggregate"]["metadata"]["availability_zone"])
        for empty in ("", " "):
            answer = self.act(key, "set_metadata", metadata={"availability_zone": empty})
            self.refused(BAD, answer)

    def test_deletion(self) -> None:
        key = self.create()["id"]
        self.act(key, "add_host", host="h1")
        self.refused(BAD, self.delete(f"{PATH}/{key}"))
        self.act(key, "remove_host", host="h1")
        self.delete(f"{PATH}/{key}", status=200)
        for answer in (self.get(f"{PATH}/{key}"), self.delete(f"{PATH}/{key}")):
            self.refused(MISSING, answer)
        self.assertEqual([], self.get(PATH).body["aggregates"])

    def test_unknown_ones(self) -> None:
        known = self.create()["id"]
        for key in ("999999", "9" * 40, "0"):
            path = f"{PATH}/{key}"
            self.refused(MISSING, self.get(path))
            self.refused(MISSING, self.delete(path))
            self.refused(MISSING, self.put(path, {"aggregate": {"name": "x"}}))
            for action, body in (
                ("add_host", {"host": "h1"}),
                ("remove_host", {"host": "h1"}),
                ("set_metadata", {"metadata": {"a": "b"}}),
            ):
                self.refused(MISSING, self.post(f"{path}/action", {action: body}))
        self.refused(MISSING, self.get(f"{PATH}/-1"))
        for key in ("x", "1.5", "--1", "%D9%A1", self.create("b")["uuid"]):
            self.refused(BAD, self.get(f"{PATH}/{key}"))
        self.refused(MISSING, self.act(known, "add_host", host="no-such"))
        self.refused(MISSING, self.act(known, "remove_host", host="h1"))

    def test_a_host_is_in_once(self) -> None:
        key = self.create()["id"]
        self.assertEqual(200, self.act(key, "add_host", host="h1").status)
        self.refused(CLASH, self.act(key, "add_host", host="h1"))

    def test_a_host_that_is_forgotten_leaves_its_aggregates(self) -> None:
        keys = [self.create(name)["id"] for name in ("a", "b")]
        for key in keys:
            self.act(key, "add_host", host="h1")
            self.act(key, "add_host", host="h2")
        self.delete(f"/os-services/{self.uuid_of('h1')}", NEWEST, status=204)
        for key in keys:
            self.assertEqual(["h2"], self.shown(key)["hosts"])
        self.refused(MISSING, self.act(keys[0], "add_host", host="h1"))

    def test_unknown_parameters(self) -> None:
        self.get(f"{PATH}?x=1", 101, status=200)
        self.refused(BAD, self.get(f"{PATH}?x=1", 102))

    def test_who_may(self) -> None:
        key = self.create()["id"]
        for who in (MEMBER, READER, OUTSIDER):
            for method, path, body in (
                ("GET", "", None),
                ("POST", "", {"aggregate": {"name": "mine"}}),
                ("GET", f"/{key}", None),
                ("GET", "/999999", None),
                ("PUT", f"/{key}", {"aggregate": {"name": "mine"}}),
                ("DELETE", f"/{key}", None),
                ("POST", f"/{key}/action", {"add_host": {"host": "h1"}}),
                ("POST", f"/{key}/action", {"remove_host": {"host": "h1"}}),
                ("POST", f"/{key}/action", {"set_metadata": {"metadata": {}}}),
            ):
                answer = self.ask(method, PATH + path, body, NEWEST, as_=who)
                self.refused(DENIED, answer)
        self.assertEqual(("a", []), (self.shown(key)["name"], self.shown(key)["hosts"]))


class AggregateZoneTest(AggregateCase):
    """What a host can't follow."""

    def test_a_host_is_in_one_zone(self) -> None:
        west, east = (self.create(zone, availability_zone=zone)["id"] for zone in ("w", "e"))
        plain = self.create("plain")["id"]
        self.act(west, "add_host", host="h1")
        self.refused(CLASH, self.act(east, "add_host", host="h1"))
        self.assertEqual([], self.shown(east)["hosts"])
        self.assertEqual(200, self.act(plain, "add_host", host="h1").status)
        wish = {"availability_zone": "x"}
        self.refused(BAD, self.put(f"{PATH}/{plain}", {"aggregate": wish}))
        self.refused(BAD, self.act(plain, "set_metadata", metadata=wish))
        self.assertIsNone(self.shown(plain)["availability_zone"])
        self.assertEqual("w", self.zone_of("h1"))

    def test_servers_stay_in_their_zone(self) -> None:
        west = self.create("w", availability_zone="w")["id"]
        self.act(west, "add_host", host="h1")
        uuid = self.server_on("h1")
        for answer in (
            self.put(f"{PATH}/{west}", {"aggregate": {"availability_zone": "x"}}),
            self.put(f"{PATH}/{west}", {"aggregate": {"availability_zone": None}}),
            self.act(west, "set_metadata", metadata={"availability_zone": "x"}),
            self.act(west, "set_metadata", metadata={"availability_zone": None}),
        ):
            self.refused(BAD, answer)
        self.refused(CLASH, self.act(west, "remove_host", host="h1"))
        self.assertEqual("w", self.zone_of("h1"))
        fine = {"aggregate": {"name": "v", "availability_zone": "w"}}
        self.put(f"{PATH}/{west}", fine, status=200)
        self.assertEqual(200, self.act(west, "add_host", host="h2").status)
        self.change(uuid, deleted_at=9)
        self.assertEqual(200, self.act(west, "remove_host", host="h1").status)
        self.assertEqual("nova", self.zone_of("h1"))

    def test_a_host_with_servers_enters_no_zone(self) -> None:
        self.server_on("h1")
        west = self.create("w", availability_zone="w")["id"]
        self.refused(CLASH, self.act(west, "add_host", host="h1"))
        plain = self.create("plain")["id"]
        self.assertEqual(200, self.act(plain, "add_host", host="h1").status)

    def server_on(self, host: str) -> str:
        uuid = self.boot()
        self.until(lambda: self.row(uuid).cell_uuid, "placed")
        self.change(uuid, host=host)
        return uuid

    def change(self, uuid: str, **changes: Any) -> None:
        self.east.publish(self.east.change(uuid, **changes))

    def zone_of(self, host: str) -> str:
        (service,) = self.get(f"/os-services?host={host}", NEWEST).body["services"]
        return service["zone"]


class AggregateBodyTest(AggregateCase):
    def test_bad_bodies(self) -> None:
        for wish in (
            {},
            {"name": ""},
            {"name": " a"},
            {"name": "a" * 256},
            {"name": 1},
            {"name": "a\nb"},
            {"name": "a", "x": 1},
            {"name": "a", "availability_zone": ""},
            {"name": "a", "availability_zone": "a:b"},
            {"name": "a", "availability_zone": "z" * 256},
            {"name": "a", "availability_zone": 1},
            {"name": "a", "hosts": ["h1"]},
        ):
            with self.subTest(wish=wish):
                self.refused(BAD, self.post(PATH, {"aggregate": wish}))
        for body in ({}, [], None, {"name": "a"}, {"aggregate": None}):
            self.refused(BAD, self.post(PATH, body, raw=b"" if body is None else None))

    def test_bad_changes(self) -> None:
        key = self.create()["id"]
        for wish in ({}, {"name": ""}, {"name": None}, {"x": 1}, {"availability_zone": ""}):
            self.refused(BAD, self.put(f"{PATH}/{key}", {"aggregate": wish}))
        for body in (
            {"add_host": {}},
            {"add_host": {"host": ""}},
            {"add_host": {"host": "h 1"}},
            {"add_host": {"host": "h1", "x": 1}},
            {"add_host": None},
            {"remove_host": {"host": 1}},
            {"set_metadata": {}},
            {"set_metadata": {"metadata": None}},
            {"set_metadata": {"metadata": {"": "v"}}},
            {"set_metadata": {"metadata": {"k": 1}}},
            {"set_metadata": {"metadata": {"k": "v" * 256}}},
            {"set_metadata": {"metadata": {"k/k": "v"}}},
            {"explode": {}},
            {"add_host": {"host": "h1"}, "remove_host": {"host": "h1"}},
        ):
            with self.subTest(body=body):
                self.refused(BAD, self.post(f"{PATH}/{key}/action", body))

    def test_any_language(self) -> None:
        name = "größe 大小 😀"
        made = self.create(name, availability_zone=name)
        self.assertEqual((name, name), (made["name"], made["availability_zone"]))
        answer = self.act(made["id"], "set_metadata", metadata={"k": "😀"})
        self.assertEqual("😀", answer.body["aggregate"]["metadata"]["k"])
