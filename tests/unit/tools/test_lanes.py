# SPDX-License-Identifier: Apache-2.0
"""What runs beside what, and what waits for which installation."""

from __future__ import annotations

import threading
import unittest
from unittest import mock

from kit import apt, environment, say
from kit.testing import lanes
from kit.testing.output import Output
from kit.testing.preparation import Preparation
from kit.testing.runner import Result
from kit.testing.suites import SUITES, Suite

GUESTS = [Suite("real", 1, emulated=True), Suite("stack", 1, emulated=True)]
PATIENT = [Suite("unit", 1, patient=True), Suite("api", 1, patient=True)]
HASTY = [Suite("crash", 1)]
PATIENCE = 30


class LanesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.lock = threading.Lock()
        self.said: list[tuple[str, int, str]] = []
        self.waits: dict[str, threading.Event] = {}

    def one(self, suite: Suite, nice: int, prefix: str) -> Result | None:
        if suite.name in self.waits:
            self.assertTrue(self.waits[suite.name].wait(PATIENCE))
        with self.lock:
            self.said.append((suite.name, nice, prefix))
        for name in {"api": ["real"], "stack": []}.get(suite.name, []):
            self.waits.get(name, threading.Event()).set()
        return None if suite.name == "api" else Result(suite, 1.0, True, Output())

    def test_patient_suites_run_beside_guests_and_the_others_after_both(self) -> None:
        self.waits["real"] = threading.Event()  # the first of the guests ends after `api`
        results = lanes.run([*PATIENT, *GUESTS, *HASTY], self.one)
        names = [name for name, _nice, _prefix in self.said]
        self.assertEqual(["unit", "api", "real", "stack", "crash"], names)
        self.assertEqual({"unit", "real", "stack", "crash"}, {one.suite.name for one in results})
        later = lanes.LATER
        self.assertEqual(
            {
                ("unit", later, ""),
                ("api", later, ""),
                ("real", 0, "real: "),
                ("stack", 0, "stack: "),
                ("crash", 0, ""),
            },
            set(self.said),
        )

    def test_without_guests_all_go_one_after_the_other(self) -> None:
        lanes.run([*HASTY, *PATIENT], self.one)
        self.assertEqual([("crash", 0, ""), ("unit", 0, ""), ("api", 0, "")], self.said)

    def test_no_suite_is_both(self) -> None:
        self.assertEqual([], [one.name for one in SUITES if one.emulated and one.patient])
        self.assertTrue(all(one.path for one in SUITES if one.emulated))


class PreparationTest(unittest.TestCase):
    def test_a_suite_waits_for_its_own(self) -> None:
        first = Suite("first", 1, packages=("a",), services=("keystone",))
        second = Suite("second", 1, packages=("b", "a"), services=("keystone", "cinder"))
        done: list[str] = []
        with (
            mock.patch.object(apt, "ensure", side_effect=lambda *names: done.extend(names)),
            mock.patch.object(environment, "service", side_effect=done.append),
        ):
            prepared = Preparation([first, second])
            prepared.wait_for(second)
        self.assertEqual(["a", "b", "keystone", "cinder"], done)

    def test_what_is_not_to_be_had_troubles_only_who_needs_it(self) -> None:
        def install(*names: str) -> None:
            if "b" in names:
                raise say.Trouble("no b")

        with (
            mock.patch.object(apt, "ensure", side_effect=install),
            mock.patch.object(environment, "service", side_effect=say.Trouble("no index")),
            mock.patch.object(say, "line") as told,
        ):
            well = Suite("well", 1, packages=("a",), services=("keystone",))
            lame = Suite("lame", 1, packages=("b",))
            prepared = Preparation([well, lame])
            prepared.wait_for(well)
            with self.assertRaises(say.Trouble):
                prepared.wait_for(lame)
        self.assertIn("no index", told.call_args.args[0])
