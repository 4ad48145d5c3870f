# SPDX-License-Identifier: Apache-2.0
"""Services in every version: numbers and uuids, both forms of PUT, deletion, silent cells."""

from __future__ import annotations

from typing import Any

from tests.api.host_case import SEEN_TEXT, HostCase
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

PATH = "/os-services"
BASE = {
    *("id", "binary", "host", "zone", "status", "state", "updated_at"),
    "disabled_reason",
}
NOBODY = "00000000-0000-0000-0000-000000000000"


class ServiceListTest(HostCase):
    def services(self, query: str = "", version: int = NEWEST) -> list[dict[str, Any]]:
        return self.get(f"{PATH}{query}", version, status=200).body["services"]

    def test_fields_of_each_version(self) -> None:
        for version, fields, kind in (
            (1, BASE, int),
            (10, BASE, int),
            (11, BASE | {"forced_down"}, int),
            (52, BASE | {"forced_down"}, int),
            (53, BASE | {"forced_down"}, str),
            (69, BASE | {"forced_down"}, str),
            (NEWEST, BASE | {"forced_down"}, str),
        ):
            for service in self.services(version=version):
                self.assertEqual(fields, set(service), version)
                self.assertIs(kind, type(service["id"]), version)

    def test_values(self) -> None:
        host, *_, conductor = self.services()
        self.assertEqual(
            {
                "id": self.uuid_of("h1"),
                "binary": "nova-compute",
                "host": "h1",
                "zone": "nova",
                "status": "enabled",
                "state": "up",
                "updated_at": SEEN_TEXT,
                "disabled_reason": None,
                "forced_down": False,
            },
            host,
        )
        self.assertEqual(
            ("nova-conductor", "conductor-1", "internal", "up"),
            tuple(conductor[name] for name in ("binary", "host", "zone", "state")),
        )

    def test_filters(self) -> None:
        self.assertEqual(["h2"], [each["host"] for each in self.services("?host=h2")])
        self.assertEqual(3, len(self.services("?binary=nova-compute")))
        self.assertEqual(1, len(self.services("?binary=nova-conductor")))
        self.assertEqual([], self.services("?host=h2&binary=nova-conductor"))
        self.assertEqual([], self.services("?host=none"))

    def test_numbers_differ(self) -> None:
        numbers = [each["id"] for each in self.services(version=1)]
        self.assertEqual(len(numbers), len(set(numbers)))

    def test_states(self) -> None:
        self.publish_host("h1", up=False)
        self.publish_host("h2", forced_down=True)
        states = {each["host"]: each["state"] for each in self.services("?binary=nova-compute")}
        self.assertEqual({"h1": "down", "h2": "down", "h3": "up"}, states)

    def test_unknown_parameters(self) -> None:
        self.get(f"{PATH}?x=1", 74, status=200)
        self.refused(BAD, self.get(f"{PATH}?x=1", 75))

    def test_who_may(self) -> None:
        for who in (MEMBER, READER, OUTSIDER):
            self.refused(DENIED, self.get(PATH, as_=who))
            self.refused(DENIED, self.put(f"{PATH}/enable", ACTION, as_=who))
            update = {"status": "enabled"}
            self.refused(DENIED, self.put(f"{PATH}/{NOBODY}", update, 53, as_=who))
            self.refused(DENIED, self.delete(f"{PATH}/{NOBODY}", 53, as_=who))


ACTION = {"host": "h1", "binary": "nova-compute"}


class ServiceActionTest(HostCase):
    """PUT until 2.52."""

    def act(self, action: str, version: int = 52, **more: Any) -> Answer:
        return self.put(f"{PATH}/{action}", {**ACTION, **more}, version)

    def service(self) -> dict[str, Any]:
        return self.get(f"{PATH}?host=h1", NEWEST).body["services"][0]

    def test_disable_and_enable(self) -> None:
        for version in (1, 52):
            answer = self.act("disable", version)
            self.assertEqual({"service": {**ACTION, "status": "disabled"}}, answer.body)
            self.assertEqual("disabled", self.service()["status"])
            answer = self.act("disable-log-reason", version, disabled_reason="repair")
            shown = {**ACTION, "status": "disabled", "disabled_reason": "repair"}
            self.assertEqual({"service": shown}, answer.body)
            self.assertEqual("repair", self.service()["disabled_reason"])
            answer = self.act("enable", version)
            self.assertEqual({"service": {**ACTION, "status": "enabled"}}, answer.body)
            self.assertIsNone(self.service()["disabled_reason"])

    def test_force_down_since_2_11(self) -> None:
        self.refused(BAD, self.act("force-down", 10, forced_down=True))
        self.refused(MISSING, self.act("force-down", 10))
        for given, expected in ((True, True), ("false", False)):
            answer = self.act("force-down", 11, forced_down=given)
            self.assertEqual({"service": {**ACTION, "forced_down": expected}}, answer.body)
            self.assertEqual(expected, self.service()["forced_down"])

    def test_bad_bodies(self) -> None:
        for body in ({}, [], {"host": "h1"}, {"binary": "nova-compute"}, {**ACTION, "x": 1}):
            self.refused(BAD, self.put(f"{PATH}/enable", body, 52))
        self.refused(BAD, self.act("disable-log-reason"))
        self.refused(BAD, self.act("disable-log-reason", disabled_reason=""))
        self.refused(BAD, self.act("disable-log-reason", disabled_reason="x" * 256))
        self.refused(BAD, self.act("force-down"))
        self.refused(BAD, self.act("force-down", forced_down="perhaps"))

    def test_unknown(self) -> None:
        self.refused(MISSING, self.act("explode"))
        self.refused(MISSING, self.act("enable", host="none"))
        self.refused(MISSING, self.act("enable", binary="nova-nothing"))
        conductor = {"host": "conductor-1", "binary": "nova-conductor"}
        self.refused(BAD, self.put(f"{PATH}/disable", conductor, 52))


class ServiceUpdateTest(HostCase):
    """PUT since 2.53, and DELETE."""

    def change(self, version: int = 53, **body: Any) -> Answer:
        return self.put(f"{PATH}/{self.uuid_of('h1')}", body, version)

    def test_changes(self) -> None:
        for version in (53, NEWEST):
            shown = self.change(version, status="disabled", disabled_reason="r").body["service"]
            self.assertEqual(BASE | {"forced_down"}, set(shown))
            self.assertEqual(("disabled", "r"), (shown["status"], shown["disabled_reason"]))
            shown = self.change(version, forced_down=True).body["service"]
            self.assertEqual(("down", True), (shown["state"], shown["forced_down"]))
            self.assertEqual("disabled", shown["status"])
            shown = self.change(version, status="enabled", forced_down=False).body["service"]
            self.assertEqual(
                ("enabled", "up", None),
                (shown["status"], shown["state"], shown["disabled_reason"]),
            )
            listed = self.get(f"{PATH}?host=h1", version).body["services"][0]
            self.assertEqual(listed, shown)

    def test_bad_bodies(self) -> None:
        for body in (
            {},
            {"status": "up"},
            {"disabled_reason": "r"},
            {"status": "enabled", "disabled_reason": "r"},
            {"forced_down": "perhaps"},
            {"status": "disabled", "x": 1},
            {"status": "disabled", "disabled_reason": ""},
            ACTION,
        ):
            with self.subTest(body=body):
                self.refused(BAD, self.change(**body))

    def test_unknown(self) -> None:
        body = {"status": "enabled"}
        for key in ("1", "enable", "none"):
            self.refused(BAD, self.put(f"{PATH}/{key}", body, 53))
        self.refused(MISSING, self.put(f"{PATH}/{NOBODY}", body, 53))

    def test_only_compute_hosts_are_changed(self) -> None:
        (conductor,) = self.get(f"{PATH}?binary=nova-conductor", 53).body["services"]
        answer = self.put(f"{PATH}/{conductor['id']}", {"status": "disabled"}, 53)
        self.refused(BAD, answer)
        self.assertIn("nova-conductor", answer.message)
        self.refused(BAD, self.delete(f"{PATH}/{conductor['id']}", 53))

    def test_delete(self) -> None:
        for key, version in ((self.uuid_of("h1"), 53), (self.hosts["h2"].id, 52)):
            path = f"{PATH}/{key}"
            self.assertIsNone(self.delete(path, version, status=204).body)
            self.refused(MISSING, self.delete(path, version))
        names = [each["host"] for each in self.get(f"{PATH}?binary=nova-compute").body["services"]]
        self.assertEqual(["h3"], names)

    def test_a_host_in_use_stays(self) -> None:
        self.publish_host("h1", running_vms=1)
        self.refused(CLASH, self.delete(f"{PATH}/{self.uuid_of('h1')}", 53))

    def test_bad_ids(self) -> None:
        self.refused(BAD, self.delete(f"{PATH}/{self.uuid_of('h1')}", 52))
        self.refused(BAD, self.delete(f"{PATH}/1", 53))
        self.refused(MISSING, self.delete(f"{PATH}/999999", 52))
        self.refused(MISSING, self.delete(f"{PATH}/{'9' * 18}", 52))
        self.refused(MISSING, self.delete(f"{PATH}/{NOBODY}", 53))


class SilentCellTest(HostCase):
    overrides = {"router__cell_silence": 1.0, "api__command_timeout": 0.5}

    def test_what_is_certain_of_a_silent_cell(self) -> None:
        self.east.stop()
        self.until(lambda: self.services(69)[0]["status"] == "UNKNOWN", "cell silent", within=10)
        for service in self.services(69):
            self.assertEqual({"binary", "host", "status"}, set(service))
        for service in self.services(68):
            self.assertEqual(("enabled", "down"), (service["status"], service["state"]))
        answer = self.ask(
            "PUT", f"{PATH}/{self.uuid_of('h1')}", {"status": "disabled"}, 53, status=503
        )
        self.assertIn("serviceUnavailable", answer.body)

    def services(self, version: int) -> list[dict[str, Any]]:
        return self.get(f"{PATH}?binary=nova-compute", version).body["services"]
