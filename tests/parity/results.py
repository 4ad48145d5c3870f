# SPDX-License-Identifier: Apache-2.0
"""What the last run of the parity suites showed, and what no run on such a machine can show.

Both are files of lines, without times: a run that shows the same writes the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

Results = dict[tuple[str, str], str]
"""(column, mix-in) → "passed", or "failed: " and the tests that did."""

FOLDER = Path(__file__).resolve().parent
RECORD = FOLDER / "results.txt"
UNVERIFIED = FOLDER / "unverified.txt"
HEAD = "# Written by tools/parity: column | mix-in | how it went. Never edit it by hand.\n"
PASSED = "passed"
LACKING = "the host of the last run lacks it"


def read(file: Path) -> Results:
    """By column and name; nothing where there is no such file."""
    text = file.read_text() if file.exists() else ""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    parts = [[part.strip() for part in line.split("|", 2)] for line in lines]
    return {(column, name): what for column, name, what in parts}


def write(found: Mapping[tuple[str, str], str]) -> None:
    """The whole record."""
    lines = [f"{column} | {name} | {how}\n" for (column, name), how in sorted(found.items())]
    RECORD.write_text(HEAD + "".join(lines))
