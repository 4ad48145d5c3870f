# SPDX-License-Identifier: Apache-2.0
"""The command line of tools/test: what to run, what was not run and why, how long all took."""

from __future__ import annotations

import os

from kit import apt, environment, say
from kit.testing import lanes, runner, suites
from kit.testing.preparation import Preparation
from kit.testing.runner import Result
from kit.testing.suites import Suite


def main(arguments: list[str], usage: str) -> int:
    """Exit code 0 if everything that was asked for ran and passed."""
    if "-h" in arguments or "--help" in arguments:
        print(usage)
        return 0
    chosen = _choose(arguments)
    if chosen is None:
        print(f"unknown suite; there are: {', '.join(s.name for s in suites.SUITES)}")
        return 2
    missing: dict[str, str] = {}
    try:
        apt.ensure(*suites.BUILD)
    except say.Trouble as trouble:
        say.line(f"going on with what is there: {trouble}")
    bin_ = environment.project("libvirt", "test")
    preparation = Preparation(chosen)

    def one(suite: Suite, nice: int, prefix: str) -> Result | None:
        try:
            preparation.wait_for(suite)
        except say.Trouble as trouble:
            missing[suite.name] = str(trouble)
            return None
        return runner.run(suite, bin_, nice, prefix)

    return _report(lanes.run(chosen, one), missing)


def _choose(arguments: list[str]) -> list[Suite] | None:
    if arguments == ["--fast"]:
        return [suite for suite in suites.SUITES if suite.fast]
    known = {suite.name: suite for suite in suites.SUITES}
    if any(name not in known for name in arguments):
        return None
    return [known[name] for name in arguments] or list(suites.SUITES)


def _report(results: list[Result], missing: dict[str, str]) -> int:
    print(f"\n{'suite':10} {'passed':>7} {'failed':>7} {'skipped':>8} {'minutes':>8} {'budget':>7}")
    for result in results:
        suite = result.suite
        print(
            f"{suite.name:10} {result.passed:7} {result.failed:7} {result.skipped:8}"
            f" {result.seconds / 60:8.1f} {suite.minutes:7g}"
            f"{'' if result.ok else '  FAILED'}"
            f"{f'  {len(result.unsteady)} passed the second time' if result.unsteady else ''}"
            f"{'  over its budget' if result.seconds > suite.minutes * 60 else ''}"
        )
    for name, why in missing.items():
        print(f"{name}: did not run: {why}")
    for result in results:
        for reason in result.reasons:
            print(f"{result.suite.name}: skipped: {reason}")
    for result in results:
        _tell("FAILED", result.failures)
        _tell("passed the second time only", result.unsteady)
    # Where a real component is missing, a developer is told; in CI it is a failure.
    strict = os.environ.get("CI") == "true"
    bad = any(not result.ok for result in results) or (strict and bool(missing))
    bad = bad or (strict and any(result.skipped for result in results))
    failed = sum(result.failed for result in results)
    broken = sum(1 for result in results if not result.ok and not result.failed)
    unsteady = sum(len(result.unsteady) for result in results)
    print(
        f"\n{sum(r.passed for r in results)} passed, {failed + broken} failed,"
        f" {sum(r.skipped for r in results)} skipped, {unsteady} unsteady"
    )
    return 1 if bad else 0


def _tell(how: str, tests: dict[str, list[str]]) -> None:
    """Where the log is kept in part, this is the part."""
    for name, traceback in tests.items():
        print("\n".join(["", f"{how}: {name}", *traceback]))
