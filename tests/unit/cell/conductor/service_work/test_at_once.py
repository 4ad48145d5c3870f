# SPDX-License-Identifier: Apache-2.0
"""Works that are done at once: all are over when the first fault is told, and have an order."""

from __future__ import annotations

import dataclasses
import threading
import unittest
from typing import Any

from nova_cells.cell.conductor.service_work.at_once import at_once
from nova_cells.cell.conductor.service_work.task import ServiceTask, Surroundings
from nova_cells.clients.service_faults import NotThere

ALONE = Surroundings(None, None, lambda _host: None, parallel=False)
TASK = ServiceTask(
    uuid="s", project_id="p", head=None, around=ALONE, ours=lambda: None, wait=lambda _s: None
)


class AtOnceTest(unittest.TestCase):
    def test_in_a_world_of_one_thread_they_go_in_their_order(self) -> None:
        done: list[int] = []
        at_once(TASK, [lambda n=n: done.append(n) for n in range(20)])  # type: ignore[misc]
        self.assertEqual(list(range(20)), done)

    def test_all_are_over_when_the_first_fault_is_told(self) -> None:
        done: list[str] = []

        def fail() -> None:
            raise NotThere("gone")

        with self.assertRaises(NotThere):
            at_once(TASK, [fail, lambda: done.append("second")])
        self.assertEqual(["second"], done)

    def test_elsewhere_they_are_under_way_together(self) -> None:
        task = dataclasses.replace(TASK, around=dataclasses.replace(ALONE, parallel=True))
        met = threading.Barrier(2, timeout=30)
        found: list[Any] = at_once(task, [met.wait, met.wait])
        self.assertEqual({0, 1}, set(found))
