# SPDX-License-Identifier: Apache-2.0
"""Reads what a suite prints: how many tests passed, which failed and where, what was skipped.

A long log is often kept in part only, so what matters is told once more at its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_COUNT = re.compile(r"^ - (Passed|Failed|Skipped|Unexpected Success): (\d+)$")
_SKIP = re.compile(r"\.\.\. SKIPPED: (.+)$")
_FAILED = re.compile(r"^\{\d+\} (\S+) .*\.\.\. FAILED$")
_TRACEBACK = "Captured traceback:"
_TOLD = 25
"""Lines of a traceback's end that are told again."""


@dataclass
class Output:
    """Of one run of stestr, or of a command that prints the like."""

    counts: dict[str, int] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    failures: dict[str, list[str]] = field(default_factory=dict)

    @property
    def passed(self) -> int:
        return self.counts.get("Passed", 0)

    @property
    def failed(self) -> int:
        return self.counts.get("Failed", 0) + self.counts.get("Unexpected Success", 0)

    @property
    def skipped(self) -> int:
        return self.counts.get("Skipped", 0)


def read(lines: Iterable[str], prefix: str = "") -> Output:
    """Show each line as it comes, after `prefix`, and remember what it says."""
    output, name, inside = Output(), "", False
    for line in lines:
        print(f"{prefix}{line}", end="", flush=True)
        text = line.rstrip()
        if found := _COUNT.match(text):
            output.counts[found[1]] = output.counts.get(found[1], 0) + int(found[2])
        elif found := _SKIP.search(text):
            output.reasons.append(found[1])
        elif found := _FAILED.match(text):
            name, inside = found[1], False
            output.failures[name] = []
        elif text == _TRACEBACK:
            inside = bool(name)
        elif inside and text and not text.startswith((" ", "~")):
            name, inside = "", False
        elif inside and text.strip(" ~"):
            output.failures[name] = [*output.failures[name], text][-_TOLD:]
    return output
