# SPDX-License-Identifier: Apache-2.0
"""Who looks after a guest and who works on it never do so at the same time."""

from __future__ import annotations

import threading
import unittest

from nova_cells.cell.compute.executor import Executor, Job
from nova_cells.objects import HostWork, Machine

UUID = "11111111-1111-4111-8111-111111111111"
PATIENCE = 10.0


def work() -> HostWork:
    machine = Machine(
        uuid=UUID,
        epoch=1,
        name="n",
        project_id="p",
        user_id="u",
        vcpus=1,
        memory_mb=64,
        root_gb=0,
    )
    return HostWork(
        operation="op",
        kind="start",
        generation=1,
        epoch=1,
        host="h",
        steps=[],
        machine=machine,
        deadline=0,
        request_id="r",
    )


class UndisturbedTest(unittest.TestCase):
    def setUp(self) -> None:
        self.order: list[str] = []
        self.begun, self.go_on, self.done = (threading.Event() for _ in range(3))
        self.executor = Executor(self.perform, lambda _work: None, name="test", workers=2)
        self.addCleanup(self.executor.stop, PATIENCE)

    def perform(self, job: Job) -> None:
        self.order.append("work")
        self.begun.set()
        self.go_on.wait(PATIENCE)
        self.done.set()

    def test_work_that_comes_meanwhile_waits(self) -> None:
        self.go_on.set()

        def look() -> None:
            self.executor.submit(work())
            self.assertFalse(self.begun.wait(0.1))
            self.order.append("look")

        self.executor.undisturbed("h", UUID, look)
        self.assertTrue(self.done.wait(PATIENCE))
        self.assertEqual(["look", "work"], self.order)

    def test_what_has_work_in_hand_is_left_alone(self) -> None:
        self.executor.submit(work())
        self.assertTrue(self.begun.wait(PATIENCE))
        self.executor.undisturbed("h", UUID, lambda: self.order.append("look"))
        self.go_on.set()
        self.assertTrue(self.done.wait(PATIENCE))
        self.assertEqual(["work"], self.order)

    def test_a_look_that_breaks_lets_go(self) -> None:
        self.go_on.set()
        with self.assertRaises(ZeroDivisionError):
            self.executor.undisturbed("h", UUID, lambda: self.order.append(str(1 / 0)))
        self.executor.submit(work())
        self.assertTrue(self.done.wait(PATIENCE))
