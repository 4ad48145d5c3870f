# SPDX-License-Identifier: Apache-2.0
"""Every kind of operation survives the death of its process at every point, once.

The points come from an undisturbed run; the kinds from the registry.
"""

from __future__ import annotations

import unittest

from tests.crash.deeds import Deed, deeds
from tests.crash.points import Point
from tests.crash.scene import Scene, stage
from tests.crash.trial import record, survive

PARTS = 2
FEW = 4


class OneDeepTest(unittest.TestCase):
    """One method for each kind and part of its points, so that two workers share the load."""

    def try_points(self, deed: Deed, part: int) -> None:
        template, wish = stage(deed)
        self.addCleanup(template.close)
        points = record(template, wish)
        self.assertGreater(len(points), 5, points)
        failures = [
            f"{point}: {reason}"
            for point in deed.some(points, FEW)[part :: PARTS if deed.thorough else 1]
            if (reason := self._trouble(template, wish, point))
        ]
        self.assertEqual([], failures)

    @staticmethod
    def _trouble(template: Scene, wish, point: Point) -> str | None:
        try:
            survive(template, wish, [point])
        except AssertionError as trouble:
            return str(trouble)
        return None


def _method(deed: Deed, part: int):
    return lambda self: self.try_points(deed, part)


for _deed in deeds().values():
    for _part in range(PARTS if _deed.thorough else 1):
        setattr(OneDeepTest, f"test_{_deed.kind}_{_part + 1}", _method(_deed, _part))
