# SPDX-License-Identifier: Apache-2.0
"""Which suites run beside each other, so that two cores have work where one suite would wait.

Suites with emulated guests go one after the other in a lane of their own; beside them, at a lower
priority, those that do not mind being late. All others have the machine for themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from kit.testing.runner import Result
from kit.testing.suites import Suite

LATER = 5
"""The niceness of what runs beside guests: it gets a quarter of what both want."""

One = Callable[[Suite, int, str], Result | None]


def run(chosen: list[Suite], one: One) -> list[Result]:
    """`one` runs a suite at a niceness, with a prefix for each line that it prints."""
    emulated = [suite for suite in chosen if suite.emulated]
    patient = [suite for suite in chosen if suite.patient]
    if not emulated or not patient:
        return _told(one(suite, 0, "") for suite in chosen)
    with ThreadPoolExecutor(1, "guests") as pool:
        lane = pool.submit(lambda: [one(suite, 0, f"{suite.name}: ") for suite in emulated])
        results = [one(suite, LATER, "") for suite in patient]
        results += lane.result()
    rest = [suite for suite in chosen if not suite.emulated and not suite.patient]
    return _told([*results, *(one(suite, 0, "") for suite in rest)])


def _told(results: Iterable[Result | None]) -> list[Result]:
    """Without those that could not run."""
    return [result for result in results if result is not None]
