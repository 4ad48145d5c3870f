# SPDX-License-Identifier: Apache-2.0
"""tools/conformance: the ids of tests/conformance/expected.txt have to pass; prints the rest.

exempt.txt beside it has the others, each with its reason; a test in neither list fails the run.
With --stack the lists are stack_expected.txt and stack_exempt.txt, and what Nova itself passes on
such a machine (reference.txt) is held against it. A run that was cut short goes on by --resume.
"""

from __future__ import annotations

import argparse
import itertools
import re
import sys
from pathlib import Path
from types import ModuleType

from kit import paths, say
from kit.conformance import cloud, stack_cloud
from kit.conformance.outcome import Outcome
from kit.conformance.tempest import Tempest

LISTS = paths.CHECKOUT / "tests" / "conformance"


def main(words: list[str] | None = None) -> int:
    """Exit code 0 when everything expected that was run has passed, 1 when not."""
    arguments = _parser().parse_args(words)
    state = arguments.state_dir.resolve()
    try:
        return _stop(state, arguments) if arguments.stop else _run(state, arguments)
    except say.Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tools/conformance", description=__doc__)
    parser.add_argument("--state-dir", type=Path, default=paths.state() / "conformance")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="every test of tempest.api.compute")
    which.add_argument("--few", type=int, help="at most so many of each class that have to pass")
    which.add_argument("--regex", help="the tests of tempest.api.compute that match")
    parser.add_argument(
        "--stack", action="store_true", help="with Neutron, Cinder and real guests, and stories"
    )
    parser.add_argument("--driver", choices=("fake", "libvirt"), default="fake")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--resume", action="store_true", help="leave out what has passed since the last run without"
    )
    parser.add_argument("--keep", action="store_true", help="leave the cloud running")
    parser.add_argument("--stop", action="store_true", help="end a cloud that was kept; run none")
    return parser


def _run(state: Path, arguments: argparse.Namespace) -> int:
    stack, prefix = arguments.stack, "stack_" if arguments.stack else ""
    try:
        found_cloud = stack_cloud.up(state) if stack else cloud.up(state, arguments.driver)
        tempest = Tempest(state, found_cloud, stack=stack)
        expected, exempt = read(f"{prefix}expected.txt"), read(f"{prefix}exempt.txt")
        chosen = _choose(tempest, list(expected), arguments)
        if not arguments.resume:
            tempest.forget()
        done = tempest.so_far()
        found = {one: done[one] for one in chosen if one in done}
        chosen_now = [one for one in chosen if one not in found or found[one].word != "passed"]
        for oldest in ("", *sorted(set(expected.values()) - {""})):
            ids = [one for one in chosen_now if expected.get(one, "") == oldest]
            with say.step(f"running {len(ids)} tests {oldest and 'from ' + oldest}"):
                found |= tempest.run(ids, arguments.workers, oldest)
    finally:
        if not arguments.keep:
            _cloud(arguments).down(state)
    if stack:
        compare(found, set(read("reference.txt")) & set(chosen), exempt)
    return report(found, sorted(expected.keys() & set(chosen)), exempt)


def _cloud(arguments: argparse.Namespace) -> ModuleType:
    return stack_cloud if arguments.stack else cloud


def _choose(tempest: Tempest, expected: list[str], arguments: argparse.Namespace) -> list[str]:
    if arguments.all:
        return sorted(tempest.ids)
    if arguments.regex:
        return [one for one in sorted(tempest.ids) if re.search(arguments.regex, one)]
    return few(expected, arguments.few) if arguments.few else expected


def _stop(state: Path, arguments: argparse.Namespace) -> int:
    _cloud(arguments).down(state)
    return 0


def read(name: str) -> dict[str, str]:
    """Id → what a list says of it, "" where it says nothing; what follows a # is for the reader."""
    lines = (LISTS / name).read_text().splitlines()
    rows = (line.partition("#")[0].partition(": ") for line in lines)
    return {one.strip(): said.strip() for one, _, said in rows if one.strip()}


def few(ids: list[str], most: int) -> list[str]:
    """The first so many of each class."""
    classes = itertools.groupby(sorted(ids), key=lambda one: one.rpartition(".")[0])
    return [one for _, tests in classes for one in itertools.islice(tests, most)]


def compare(found: dict[str, Outcome], reference: set[str], exempt: dict[str, str]) -> None:
    """Print which of those that Nova passes have not passed here, and why."""
    missing = {one for one in reference if found.get(one, Outcome()).word != "passed"}
    for one in sorted(missing - exempt.keys()):
        print(f"Nova passes, we do not: {one}")
    print(
        f"Of {len(reference)} tests that Nova passes here passed {len(reference - missing)}, "
        f"{len(missing & exempt.keys())} are exempt, {len(missing - exempt.keys())} are missing"
    )


def report(found: dict[str, Outcome], expected: list[str], exempt: dict[str, str]) -> int:
    """Print what did not pass with its reason, then the counts as stestr words them."""
    counts = {"passed": 0, "failed": 0, "skipped": 0, "unknown": 0}
    for one, outcome in sorted(found.items(), key=lambda pair: (pair[1].word, pair[0])):
        excused = one in exempt and outcome.word != "passed"
        word, reason = ("skipped", exempt[one]) if excused else (outcome.word, outcome.reason)
        counts[word] += 1
        if word != "passed":
            print(f"{word} {one}: {reason}")
    bad = _complaints(found, set(expected), set(exempt))
    for complaint in bad:
        print(complaint)
    for word in ("passed", "failed", "skipped"):
        print(f" - {word.capitalize()}: {counts[word]}")
    return 1 if bad else 0


def _complaints(found: dict[str, Outcome], expected: set[str], exempt: set[str]) -> list[str]:
    passed = {one for one, outcome in found.items() if outcome.word == "passed"}
    kinds = {
        "expected to pass and did not": expected - passed,
        "neither expected nor exempt": found.keys() - expected - exempt,
        "exempt and passed: expect it": passed & exempt,
    }
    return [f"{kind}: {one}" for kind, ids in kinds.items() for one in sorted(ids)]


if __name__ == "__main__":
    sys.exit(main())
