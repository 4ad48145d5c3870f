# SPDX-License-Identifier: Apache-2.0
"""What one boot costs over all processes: calls, commits and waits for a disk, counted."""

from __future__ import annotations

import unittest
from collections import Counter

from tests.crash.deeds import BUILD, Wish
from tests.crash.life import Shape
from tests.crash.scene import Scene

QUIET = """\
[conductor]
beat_interval = 600
facts_keepalive = 600
work_lease = 900
service_down_time = 3600
[compute]
reconcile_interval = 600
"""


class CostTest(unittest.TestCase):
    def test_a_boot_costs_four_calls_and_twelve_commits(self):
        scene = Scene(Shape(cells=2, hosts=3, options=QUIET))
        self.addCleanup(scene.close)
        scene.begin()
        scene.hosts_up()
        warm = Wish(BUILD, "warm")
        warm.fulfil(scene.client)
        scene.settled([warm.uuid])
        assert scene.life is not None
        scene.life.watch()
        wish = Wish(BUILD, "counted")
        wish.fulfil(scene.client)
        scene.settled([warm.uuid, wish.uuid])
        reached = [point.label for point in scene.life.reached()]
        calls = [label for label in reached if label.startswith("rpc:before:")]
        commits = [label for label in reached if label.startswith("commit:before:")]
        syncs = [label for label in reached if label.startswith("ledger:before:")]
        self.assertLessEqual(len(calls), 4, Counter(calls))
        self.assertLessEqual(len(commits), 12, Counter(commits))
        self.assertLessEqual(len(syncs), 3, Counter(syncs))
        self.assertGreaterEqual(len(calls), 3, "the counting is broken")
        self.assertGreaterEqual(len(commits), 3, "the counting is broken")
