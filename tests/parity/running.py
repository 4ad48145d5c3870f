# SPDX-License-Identifier: Apache-2.0
"""Runs the parity suite of a driver and says of each capability how it went."""

from __future__ import annotations

import time
import unittest
from collections.abc import Callable, Collection
from typing import Any

from tests.parity.columns import Column
from tests.parity.results import LACKING, PASSED, Results
from tests.parity.suite import claimed, parity_that_declares

Say = Callable[[str], object]


class Nothing:
    """Stands for the driver of a test that got none."""

    switched_off: frozenset[type] = frozenset()


class Recorder(unittest.TestResult):
    """Keeps which tests failed, by mix-in, and what the host lacks; shows each test as it ends."""

    def __init__(self, case: type, say: Say) -> None:
        super().__init__()
        self._case = case
        self._say = say
        self._began = 0.0
        self.bad: dict[str, list[str]] = {}
        self.switched_off: set[type] = set()

    def startTest(self, test: Any) -> None:
        super().startTest(test)
        self._began = time.monotonic()

    def stopTest(self, test: Any) -> None:
        super().stopTest(test)
        self.switched_off |= getattr(test, "driver", Nothing).switched_off
        name = test._testMethodName
        ended = "FAILED" if any(name in names for names in self.bad.values()) else "ok"
        self._say(f"  {name} [{time.monotonic() - self._began:.1f} s] {ended}")

    def addError(self, test: Any, error: Any) -> None:
        super().addError(test, error)
        self._mark(test)

    def addFailure(self, test: Any, error: Any) -> None:
        super().addFailure(test, error)
        self._mark(test)

    def addSkip(self, test: Any, reason: str) -> None:
        super().addSkip(test, reason)
        self._mark(test)

    def _mark(self, test: Any) -> None:
        name = getattr(test, "_testMethodName", None)
        if name is not None:
            self.bad.setdefault(parity_that_declares(self._case, name).__name__, []).append(name)


def run(column: Column, say: Say, only: Collection[str] = ()) -> Results:
    """How what the driver claims went on this machine, now; `only`: just these mix-ins."""
    case = column.suite_class()
    recorder = Recorder(case, say)
    began = time.monotonic()
    names = unittest.defaultTestLoader.getTestCaseNames(case)
    chosen = [
        case(name)
        for name in names
        if not only or parity_that_declares(case, name).__name__ in only
    ]
    unittest.TestSuite(chosen).run(recorder)
    say(f"{column.name}: {recorder.testsRun} tests in {time.monotonic() - began:.0f} s")
    for test, trace in [*recorder.errors, *recorder.failures]:
        say(f"\n{test}\n{trace}")
    whole = recorder.testsRun > 0 and not any(
        getattr(test, "_testMethodName", None) is None for test, _ in recorder.errors
    )
    return {
        (column.name, kind.__name__): _how(kind, recorder, whole)
        for kind in claimed(column.driver_class())
        if not only or kind.__name__ in only
    }


def _how(kind: Any, recorder: Recorder, whole: bool) -> str:
    bad = recorder.bad.get(kind.__name__)
    if bad:
        return f"failed: {', '.join(sorted(bad))}"
    if kind.capability in recorder.switched_off:
        return LACKING
    return PASSED if whole else "failed: the suite did not run"
