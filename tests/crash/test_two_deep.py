# SPDX-License-Identifier: Apache-2.0
"""The process dies at one point, and the next one dies again while it recovers.

Pairs are drawn at random from all there are: the first point from an undisturbed run, the second
from what a recovery after such a death reaches. The seed is printed with a failure;
NOVA_CELLS_CRASH_SEED and NOVA_CELLS_CRASH_PAIRS try others and more. Of a kind whose processes do
nothing else than those of the thorough ones, only the sweeps of one thread try pairs, hundreds of
them; here it is tried where a number is named.
"""

from __future__ import annotations

import os
import random
import unittest

from tests.crash.deeds import Deed, deeds
from tests.crash.scene import stage
from tests.crash.trial import record, survive

SEED = int(os.environ.get("NOVA_CELLS_CRASH_SEED", "20261123"))
NAMED = os.environ.get("NOVA_CELLS_CRASH_PAIRS")
PAIRS = int(NAMED or "4")
TRAVELLERS = {"resize", "live_migrate", "evacuate", "unshelve", "rebuild"}
"""Several hosts, or an image, have a part in these: real agents may get in each other's way."""


class TwoDeepTest(unittest.TestCase):
    def try_pairs(self, deed: Deed) -> None:
        chance = random.Random(f"{SEED}/{deed.kind}")
        template, wish = stage(deed)
        self.addCleanup(template.close)
        points = record(template, wish)
        failures = []
        for _ in range(PAIRS if deed.thorough else 1):
            fatal = [chance.choice(points)]
            try:
                recovery = survive(template, wish, fatal)
                if recovery:
                    fatal.append(chance.choice(recovery))
                    survive(template, wish, fatal)
            except AssertionError as trouble:
                failures.append(f"{', then '.join(map(str, fatal))} (seed {SEED}): {trouble}")
        self.assertEqual([], failures)


def _method(deed: Deed):
    return lambda self: self.try_pairs(deed)


for _deed in deeds().values():
    if not (_deed.thorough or _deed.kind in TRAVELLERS or NAMED):
        continue
    setattr(TwoDeepTest, f"test_{_deed.kind}", _method(_deed))
