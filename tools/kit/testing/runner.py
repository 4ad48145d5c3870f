# SPDX-License-Identifier: Apache-2.0
"""Runs one suite and says how it went.

A few tests that fail are run once more, alone: emulated guests and real services on two cores are
late now and then. What passes then is not hidden: it is counted apart, as unsteady, and shown.
"""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from kit import environment, paths, say
from kit.testing.output import Output, read
from kit.testing.suites import Suite

FORGIVEN = 3
"""More failures than these in a suite are no chance; none of them is tried again."""


@dataclass
class Result:
    """How a suite ended. A plain command counts as no test; its exit code still decides.

    `failures` and `unsteady`: name of a test → the end of its first traceback.
    """

    suite: Suite
    seconds: float
    ok: bool
    output: Output
    failures: dict[str, list[str]] = field(default_factory=dict)
    unsteady: dict[str, list[str]] = field(default_factory=dict)

    @property
    def passed(self) -> int:
        return self.output.passed + len(self.unsteady)

    @property
    def failed(self) -> int:
        return 0 if self.unsteady else self.output.failed

    @property
    def skipped(self) -> int:
        return self.output.skipped

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.output.reasons)))


def run(suite: Suite, bin_: Path, nice: int = 0, prefix: str = "") -> Result:
    """Run it with its output shown as it comes."""
    execute = partial(_execute, bin_, nice, prefix)
    say.line(f"suite {suite.name} (budget {suite.minutes:g} min)")
    start = time.monotonic()
    code, output = execute(list(suite.command) or _stestr(suite))
    ok = code == 0 and (bool(suite.command) or output.passed > 0)
    failures, unsteady = output.failures, {}
    if not ok and suite.path and 0 < output.failed == len(failures) <= FORGIVEN:
        say.line(f"suite {suite.name}: {output.failed} failed and run once more, alone")
        code, second = execute(_stestr(suite, "--failing", "--serial"))
        if code == 0 and second.passed == output.failed:
            ok, failures, unsteady = True, {}, failures
    return Result(suite, time.monotonic() - start, ok, output, failures, unsteady)


def _execute(bin_: Path, nice: int, prefix: str, words: list[str]) -> tuple[int, Output]:
    command = [str(bin_ / words[0]), *words[1:]]
    command = ["nice", "-n", str(nice), *command] if nice else command
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
    output = read(process.stdout or (), prefix)
    return process.wait(), output


def _stestr(suite: Suite, *options: str) -> list[str]:
    # Apart from stestr's own default, so that stestr and tox can still be run by hand; it makes a
    # folder of its own inside, and does not make the parents.
    repository = paths.CHECKOUT / ".cache" / "stestr" / suite.name
    repository.mkdir(parents=True, exist_ok=True)
    where = ["--test-path", f"./{suite.path}", "--top-dir", "./", "--repo-url", str(repository)]
    how = ["--parallel-class"] if suite.whole_classes else []
    options = options or ("--concurrency", str(suite.workers))
    return [*suite.around, "stestr", *where, *how, "run", *options]
