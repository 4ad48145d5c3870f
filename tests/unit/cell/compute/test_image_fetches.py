# SPDX-License-Identifier: Apache-2.0
"""Images fetched beforehand: once at a time, and the cell is told what came of it."""

from __future__ import annotations

import threading
import time
import unittest
from typing import Any

from nova_cells.cell.compute.drivers.fake import FakeDriver, Rule
from nova_cells.cell.compute.drivers.interface import Driver
from nova_cells.cell.compute.image_fetches import ImageFetches
from nova_cells.contracts import Unknown
from nova_cells.objects import ImageFacts

IMAGE = ImageFacts(id="one")


class Cell:
    def __init__(self) -> None:
        self.told: list[tuple[str, str, str | None, bool]] = []
        self.deaf = False

    def image_cached(self, **told: Any) -> int:
        if self.deaf:
            raise Unknown("nobody answers")
        self.told.append((told["host"], told["image_id"], told["message"], told["again"]))
        return 0


class ImageFetchesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.cell, self.driver = Cell(), FakeDriver("h1")
        hosts: dict[str, Any] = {"h1": self.driver, "plain": Driver}
        self.fetches = ImageFetches(hosts, self.cell, name="test")
        self.addCleanup(self.fetches.stop, 1)

    def told(self, count: int) -> list[tuple[str, str, str | None, bool]]:
        until = time.monotonic() + 5
        while len(self.cell.told) < count:
            self.assertLess(time.monotonic(), until, self.cell.told)
            time.sleep(0.01)
        return self.cell.told

    def test_it_is_there_and_told(self) -> None:
        self.fetches.submit("h1", IMAGE)
        self.assertEqual([("h1", "one", None, False)], self.told(1))
        self.assertEqual({"one"}, self.driver.cached)

    def test_asked_again_while_it_is_under_way_it_is_fetched_once(self) -> None:
        going, go = threading.Event(), threading.Event()

        def slow(image: ImageFacts) -> bool:
            going.set()
            return go.wait(5)

        self.driver.cache_image = slow  # type: ignore[assignment, method-assign]
        self.fetches.submit("h1", IMAGE)
        going.wait(5)
        self.fetches.submit("h1", IMAGE)
        go.set()
        self.fetches.submit("h1", ImageFacts(id="two"))
        self.assertEqual(["one", "two"], sorted(image for _, image, _, _ in self.told(2)))

    def test_what_may_work_later_and_what_never_will(self) -> None:
        self.driver.script.add(Rule(call="cache_image", act="fail", message="away", times=1))
        self.driver.script.add(Rule(call="cache_image", act="refuse", message="broken", times=1))
        for number in (1, 2):
            self.fetches.submit("h1", IMAGE)
            self.told(number)
        expected = [("h1", "one", "away", True), ("h1", "one", "broken", False)]
        self.assertEqual(expected, self.cell.told)

    def test_a_host_that_keeps_no_images_says_so(self) -> None:
        self.fetches.submit("plain", IMAGE)
        self.assertEqual([("plain", "one", "This host keeps no images.", False)], self.told(1))

    def test_a_cell_that_is_away_asks_again(self) -> None:
        self.cell.deaf = True
        self.fetches.submit("h1", IMAGE)
        while "one" not in self.driver.cached or self.fetches._under_way:
            time.sleep(0.01)
        self.cell.deaf = False
        self.fetches.submit("h1", IMAGE)
        self.assertEqual([("h1", "one", None, False)], self.told(1))
