# SPDX-License-Identifier: Apache-2.0
"""tools/conformance: the ids of tests/conformance/expected.txt have to pass; prints the rest."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from kit import paths, say
from kit.conformance import cloud
from kit.conformance.outcome import Outcome
from kit.conformance.tempest import Tempest

EXPECTED = paths.CHECKOUT / "tests" / "conformance" / "expected.txt"


def main(words: list[str] | None = None) -> int:
    """Exit code 0 when everything expected that was run has passed, 1 when not."""
    arguments = _parser().parse_args(words)
    state = arguments.state_dir.resolve()
    try:
        return _stop(state) if arguments.stop else _run(state, arguments)
    except say.Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tools/conformance", description=__doc__)
    parser.add_argument("--state-dir", type=Path, default=paths.state() / "conformance")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="every test of tempest.api.compute")
    which.add_argument("--regex", help="the tests of tempest.api.compute that match")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="leave the cloud running")
    parser.add_argument("--stop", action="store_true", help="end a cloud that was kept; run none")
    return parser


def _run(state: Path, arguments: argparse.Namespace) -> int:
    try:
        tempest = Tempest(state)
        tempest.prepare(cloud.up(state))
        expected = read(EXPECTED)
        chosen = _choose(tempest, expected, arguments)
        with say.step(f"running {len(chosen)} tests"):
            found = tempest.run(chosen, arguments.workers)
    finally:
        if not arguments.keep:
            cloud.down(state)
    return report(found, sorted(set(expected) & set(chosen)))


def _choose(tempest: Tempest, expected: list[str], arguments: argparse.Namespace) -> list[str]:
    if arguments.all:
        return sorted(tempest.ids)
    if arguments.regex:
        return [one for one in sorted(tempest.ids) if re.search(arguments.regex, one)]
    return expected


def _stop(state: Path) -> int:
    cloud.down(state)
    return 0


def read(path: Path) -> list[str]:
    """The ids in a list; empty lines and what follows a # are for the reader."""
    lines = path.read_text().splitlines() if path.exists() else []
    bare = (line.partition("#")[0].strip() for line in lines)
    return [line for line in bare if line]


def report(found: dict[str, Outcome], expected: list[str]) -> int:
    """Print what did not pass with its reason, then the counts as stestr words them."""
    counts = {"passed": 0, "failed": 0, "skipped": 0, "unknown": 0}
    for one, outcome in sorted(found.items(), key=lambda pair: (pair[1].word, pair[0])):
        counts[outcome.word] += 1
        if outcome.word != "passed":
            print(f"{outcome.word} {one}: {outcome.reason}")
    missed = [one for one in expected if one not in found or found[one].word != "passed"]
    for one in missed:
        print(f"expected to pass and did not: {one}")
    for word in ("passed", "failed", "skipped"):
        print(f" - {word.capitalize()}: {counts[word]}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
