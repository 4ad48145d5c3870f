# SPDX-License-Identifier: Apache-2.0
"""A request for several servers survives the death of its process: all of them come, once."""

from __future__ import annotations

import unittest
from dataclasses import dataclass
from typing import Any

from tests.crash.client import Client
from tests.crash.deeds import Deed, Wish, busy
from tests.crash.scene import stage
from tests.crash.trial import record, survive

NUMBER = 3
FEW = 8


def _boot_many(client: Client, wish: Wish) -> tuple[int, Any]:
    return client.boot(wish.name, min_count=NUMBER, return_reservation_id=True)


MANY = Deed("build_many", _boot_many, begins=None)


@dataclass
class ManyWish(Wish):
    """Three servers or none: they are asked for once, in one request."""

    found: tuple[str, ...] = ()

    @property
    def uuids(self) -> list[str]:
        return list(self.found)

    def ask(self, client: Client) -> None:
        if self.promised or self.all(client):
            self.promised = True
            return
        status, document = self.deed.ask(client, self)
        if status not in (0, 202):
            raise AssertionError(f"answered {status} {document}")
        self.promised = status == 202

    def all(self, client: Client) -> list[dict[str, Any]]:
        """All of them or none: a request is accepted as a whole."""
        names = [f"{self.name}-{number + 1}" for number in range(NUMBER)]
        found = [each for each in client.servers() if each["name"].startswith(f"{self.name}-")]
        if found and sorted(each["name"] for each in found) != names:
            raise AssertionError(f"there are {[each['name'] for each in found]}")
        if failed := [each for each in found if each["status"] == "ERROR"]:
            raise AssertionError(f"failed: {failed[0].get('fault')}")
        self.found = tuple(each["id"] for each in found)
        return found

    def true(self, client: Client) -> bool:
        found = self.all(client)
        return bool(found) and not any(busy(e) or e["status"] != "ACTIVE" for e in found)


class ManyServersTest(unittest.TestCase):
    def test_a_death_at_any_point_loses_none_and_doubles_none(self) -> None:
        template, plain = stage(MANY)
        self.addCleanup(template.close)
        wish = ManyWish(MANY, plain.name)
        points = record(template, wish)
        self.assertGreater(len(points), FEW, points)
        for point in MANY.some(points, FEW):
            with self.subTest(str(point)):
                survive(template, wish, [point])
