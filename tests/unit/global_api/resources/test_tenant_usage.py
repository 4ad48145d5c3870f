# SPDX-License-Identifier: Apache-2.0
"""The arithmetic of usage: what a server uses does not depend on how a time is cut into periods."""

from __future__ import annotations

import unittest
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nova_cells.global_api.resources.tenant_usage.usage import Period, ServerUse, by_project
from nova_cells.objects import Instance
from tests.unit.global_api.world import spec

HOUR = 3_600_000_000
NOW = 1000 * HOUR
PLAIN = Instance.from_spec(spec()).replace(vm_state="active").document()


def server(start: int, end: int | None = None, project: str = "p") -> dict[str, Any]:
    changes = {"launched_at": start, "terminated_at": end, "deleted_at": end}
    return {**PLAIN, **changes, "project_id": project}


moments = st.integers(min_value=0, max_value=NOW)


class ServerUseTest(unittest.TestCase):
    @given(moments, moments, st.lists(moments, min_size=2, max_size=5, unique=True), st.booleans())
    def test_periods_add_up(self, one: int, two: int, cuts: list[int], lives: bool) -> None:
        document = server(min(one, two), None if lives else max(one, two))
        cuts.sort()
        parts = [
            ServerUse.of(document, Period(start, stop, NOW)).hours for start, stop in pairwise(cuts)
        ]
        whole = ServerUse.of(document, Period(cuts[0], cuts[-1], NOW)).hours
        self.assertAlmostEqual(whole, sum(parts))
        self.assertLessEqual(0.0, whole)
        self.assertLessEqual(whole, (cuts[-1] - cuts[0]) / HOUR)

    def test_a_period_that_holds_a_life_counts_all_of_it(self) -> None:
        use = ServerUse.of(server(10 * HOUR, 13 * HOUR), Period(0, NOW, NOW))
        self.assertEqual((3.0, 3 * 3600, "terminated"), (use.hours, use.uptime, use.state))

    def test_who_lives_has_lived_until_now(self) -> None:
        use = ServerUse.of(server(NOW - HOUR), Period(0, 2 * NOW, NOW))
        self.assertEqual((1.0, 3600, "active"), (use.hours, use.uptime, use.state))

    def test_only_deleted_counts_as_ended(self) -> None:
        document = {**server(HOUR, 2 * HOUR), "terminated_at": None}
        self.assertEqual(1.0, ServerUse.of(document, Period(0, NOW, NOW)).hours)


class ProjectUseTest(unittest.TestCase):
    def test_sums_are_weighed_by_hours(self) -> None:
        period = Period(0, NOW, NOW)
        documents = (server(0, HOUR, "p"), server(0, 4 * HOUR, "q"), server(0, 2 * HOUR, "p"))
        first, second = by_project(ServerUse.of(each, period) for each in documents)
        self.assertEqual(("p", "q"), (first.project_id, second.project_id))
        self.assertEqual(
            (3.0, 3.0, 3.0 * 64, 3.0),
            (first.hours, first.vcpus, first.memory_mb, first.local_gb),
        )
        self.assertEqual(2, len(first.servers))
