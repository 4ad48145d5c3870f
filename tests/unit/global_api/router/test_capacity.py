# SPDX-License-Identifier: Apache-2.0
"""Tests of capacity and the breaker: what is known of a cell without asking it."""

from __future__ import annotations

import unittest

from nova_cells.global_api.router.breaker import Breaker
from nova_cells.global_api.router.capacity import Ask, Capacity
from nova_cells.objects import Flavor, ImageFacts
from tests.unit.global_api.world import spec

ENTRIES = [
    {
        "zone": "z1",
        "traits": ["FAST"],
        "shapes": [{"vcpus": 8, "memory_mb": 1000, "disk_gb": 100, "count": 3}],
    },
    {
        "zone": "z2",
        "traits": [],
        "shapes": [{"vcpus": 2, "memory_mb": 9999, "disk_gb": 999, "count": 1}],
    },
]


def ask(vcpus: int = 1, memory_mb: int = 1, disk_gb: int = 1, **values: object) -> Ask:
    wanted = {"zone": None, "traits": frozenset(), **values}
    return Ask(vcpus, memory_mb, disk_gb, **wanted)  # type: ignore[arg-type]


class CapacityTest(unittest.TestCase):
    def test_the_scarcest_resource_counts(self) -> None:
        cases = [
            (ask(1), 26),
            (ask(3), 6),
            (ask(1, 500), 8),
            (ask(1, 1, 100), 5),
            (ask(9), 0),
            (ask(1, zone="z2"), 2),
            (ask(1, zone="z3"), 0),
            (ask(1, traits=frozenset({"FAST"})), 24),
            (ask(0, 0, 0), 4),
        ]
        capacity = Capacity(ENTRIES)
        for wanted, places in cases:
            with self.subTest(wanted=wanted):
                self.assertEqual(places, capacity.places(wanted))

    def test_what_was_sent_there_is_taken_off(self) -> None:
        capacity = Capacity(ENTRIES)
        capacity.take(ask(3))
        self.assertEqual(5, capacity.places(ask(3)))
        capacity.take(ask(3), -1)
        self.assertEqual(6, capacity.places(ask(3)))

    def test_an_ask_is_read_from_flavor_and_image(self) -> None:
        flavor = Flavor(
            flavorid="1",
            name="f",
            vcpus=2,
            memory_mb=3,
            root_gb=4,
            ephemeral_gb=5,
            swap_mb=1025,
            extra_specs={"trait:A": "required", "trait:B": "forbidden"},
        )
        properties = {"trait:C": "required", "hw_firmware_type": "uefi"}
        image = ImageFacts(id="i", properties=properties)
        wanted = Ask.of(spec(flavor=flavor, image=image, availability_zone="z"))
        traits = frozenset({"A", "C", "COMPUTE_FIRMWARE_UEFI"})
        self.assertEqual(Ask(2, 3, 11, "z", traits), wanted)

    def test_what_no_host_understands_is_left_to_the_cell_to_refuse(self) -> None:
        flavor = Flavor(flavorid="1", name="f", vcpus=1, memory_mb=1, root_gb=1)
        image = ImageFacts(id="i", properties={"hw_firmware_type": "open-hearth"})
        self.assertEqual(frozenset(), Ask.of(spec(flavor=flavor, image=image)).traits)


class BreakerTest(unittest.TestCase):
    def setUp(self) -> None:
        self.moment = 0.0
        self.breaker = Breaker(failures=2, pause=1.0, longest=3.0, clock=lambda: self.moment)

    def test_it_opens_on_the_second_failure_and_lets_one_probe_through(self) -> None:
        self.breaker.failed()
        self.assertTrue(self.breaker.allow())
        self.breaker.failed()
        self.assertFalse(self.breaker.closed)
        self.assertFalse(self.breaker.allow())
        self.moment = 1.0
        self.assertEqual([True, False], [self.breaker.allow(), self.breaker.allow()])
        self.breaker.succeeded()
        self.assertTrue(self.breaker.closed)

    def test_pauses_grow_to_the_longest(self) -> None:
        for _ in range(2):
            self.breaker.failed()
        pauses = []
        for _ in range(4):
            start = self.moment
            while not self.breaker.allow():
                self.moment += 0.5
            pauses.append(self.moment - start)
            self.breaker.failed()
        self.assertEqual([1.0, 2.0, 3.0, 3.0], pauses)

    def test_a_success_forgets_failures(self) -> None:
        self.breaker.failed()
        self.breaker.succeeded()
        self.breaker.failed()
        self.assertTrue(self.breaker.closed)
