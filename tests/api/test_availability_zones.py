# SPDX-License-Identifier: Apache-2.0
"""Availability zones: from aggregates and hosts, with hosts for administrators."""

from __future__ import annotations

from typing import Any

from tests.api.host_case import SEEN_TEXT, HostCase
from tests.api.side_case import ADMIN, BAD, DENIED, MEMBER, NEWEST, OUTSIDER, READER

PATH = "/os-availability-zone"


class AvailabilityZoneTest(HostCase):
    def setUp(self) -> None:
        super().setUp()
        made = self.side.aggregates.create("a", {"availability_zone": "west"})
        self.side.aggregates.add_host(made.id, "h3")

    def zones(self, path: str = "", as_: str = ADMIN) -> list[dict[str, Any]]:
        return self.get(f"{PATH}{path}", NEWEST, as_=as_, status=200).body["availabilityZoneInfo"]

    def test_list(self) -> None:
        for who in (ADMIN, MEMBER, READER, OUTSIDER):
            expected = [
                {"zoneName": name, "zoneState": {"available": True}, "hosts": None}
                for name in ("nova", "west")
            ]
            self.assertEqual(expected, self.zones(as_=who))

    def test_a_zone_of_closed_hosts_is_not_available(self) -> None:
        self.publish_host("h3", enabled=False)
        states = {zone["zoneName"]: zone["zoneState"]["available"] for zone in self.zones()}
        self.assertEqual({"nova": True, "west": False}, states)
        west = self.zones("/detail")[-1]
        self.assertEqual(
            {"zoneName": "west", "zoneState": {"available": False}, "hosts": None}, west
        )

    def test_detail(self) -> None:
        self.publish_host("h2", forced_down=True, enabled=False)
        internal, nova, west = self.zones("/detail")
        state = {"available": True, "active": True, "updated_at": SEEN_TEXT}
        self.assertEqual({"conductor-1": {"nova-conductor": state}}, internal["hosts"])
        self.assertEqual({"h3": {"nova-compute": state}}, west["hosts"])
        down = {**state, "available": False, "active": False}
        self.assertEqual(
            {"h1": {"nova-compute": state}, "h2": {"nova-compute": down}}, nova["hosts"]
        )

    def test_detail_is_for_administrators(self) -> None:
        for who in (MEMBER, READER, OUTSIDER):
            self.refused(DENIED, self.get(f"{PATH}/detail", as_=who))

    def test_unknown_parameters(self) -> None:
        for path in ("", "/detail"):
            self.get(f"{PATH}{path}?x=1", 101, status=200)
            self.refused(BAD, self.get(f"{PATH}{path}?x=1", 102))
