# SPDX-License-Identifier: Apache-2.0
"""Runs one suite and says how it went."""

from __future__ import annotations

import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from kit import environment, paths, say
from kit.testing.suites import Suite

_COUNT = re.compile(r"^ - (Passed|Failed|Skipped|Unexpected Success): (\d+)$")
_SKIP = re.compile(r"\.\.\. SKIPPED: (.+)$")


@dataclass
class Result:
    """How a suite ended. A plain command counts as no test; its exit code still decides."""

    suite: Suite
    seconds: float
    ok: bool
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: tuple[str, ...] = ()


def run(suite: Suite, bin_: Path) -> Result:
    """Run it with its output shown as it comes."""
    say.line(f"suite {suite.name} (budget {suite.minutes:g} min)")
    start = time.monotonic()
    command = list(suite.command) or _stestr(suite)
    command[0] = str(bin_ / command[0])
    env = {**environment.environment(), "PYTHONWARNINGS": "ignore"}
    env["PATH"] = f"{bin_}{os.pathsep}{env['PATH']}"
    process = subprocess.Popen(
        command,
        cwd=paths.CHECKOUT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    counts = {"Passed": 0, "Failed": 0, "Skipped": 0, "Unexpected Success": 0}
    reasons: list[str] = []
    for line in process.stdout or ():
        print(line, end="", flush=True)
        if found := _COUNT.match(line.rstrip()):
            counts[found[1]] += int(found[2])
        elif found := _SKIP.search(line.rstrip()):
            reasons.append(found[1])
    code = process.wait()
    ok = code == 0 and (bool(suite.command) or counts["Passed"] > 0)
    return Result(
        suite,
        time.monotonic() - start,
        ok,
        counts["Passed"],
        counts["Failed"] + counts["Unexpected Success"],
        counts["Skipped"],
        tuple(sorted(set(reasons))),
    )


def _stestr(suite: Suite) -> list[str]:
    # Apart from stestr's own default, so that stestr and tox can still be run by hand; it makes a
    # folder of its own inside, and does not make the parents.
    repository = paths.CHECKOUT / ".cache" / "stestr" / suite.name
    repository.mkdir(parents=True, exist_ok=True)
    where = ["--test-path", f"./{suite.path}", "--top-dir", "./", "--repo-url", str(repository)]
    return [*suite.around, "stestr", *where, "run", "--concurrency", str(suite.workers)]
