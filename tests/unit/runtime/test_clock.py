# SPDX-License-Identifier: Apache-2.0
"""Moments."""

import unittest
from datetime import UTC, datetime

from nova_cells.runtime import clock


class ClockTest(unittest.TestCase):
    def test_now_is_microseconds(self):
        self.assertAlmostEqual(datetime.now(UTC).timestamp(), clock.now() / 1e6, delta=5)

    def test_iso_has_whole_seconds_and_a_z(self):
        self.assertEqual("2023-11-14T22:13:20Z", clock.iso(1_700_000_000_999_999))

    def test_datetimes_without_a_zone_are_utc(self):
        moment = datetime(2023, 11, 14, 22, 13, 20, 5)
        self.assertEqual(1_700_000_000_000_005, clock.from_datetime(moment))
        self.assertEqual(1_700_000_000_000_005, clock.from_datetime(moment.replace(tzinfo=UTC)))

    def test_a_manual_clock_moves_when_told(self):
        hands = clock.ManualClock(0)
        hands.advance(1.5)
        self.assertEqual(1_500_000, hands())
