# SPDX-License-Identifier: Apache-2.0
"""tools/conformance: the ids of tests/conformance/expected.txt have to pass; prints the rest.

exempt.txt beside it has the others, each with its reason; a test in neither list fails the run.
With --stack the lists are stack_expected.txt and stack_exempt.txt, and what Nova itself passes on
such a machine (reference.txt) is held against it; stack_unseen.txt has those that have to pass too
and have not been seen to: they run first, and alone with --unseen. A run that was cut short goes on
by --resume.
"""

from __future__ import annotations

import argparse
import itertools
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from kit import paths, say, weight
from kit.conformance import cloud, stack_cloud
from kit.conformance.outcome import Outcome
from kit.conformance.report import compare, report
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
    which.add_argument("--unseen", action="store_true", help="those not yet seen to pass")
    parser.add_argument(
        "--stack", action="store_true", help="with Neutron, Cinder and real guests, and stories"
    )
    parser.add_argument("--driver", choices=("fake", "libvirt"), default="fake")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--resume", action="store_true", help="leave out what has passed since the last run without"
    )
    parser.add_argument(
        "--weight", type=int, default=0, help="niceness of the whole run, guests and all: -20 to 19"
    )
    parser.add_argument("--keep", action="store_true", help="leave the cloud running")
    parser.add_argument("--stop", action="store_true", help="end a cloud that was kept; run none")
    return parser


def _run(state: Path, arguments: argparse.Namespace) -> int:
    lists = Lists.of("stack_" if arguments.stack else "")
    try:
        with weight.of(state, arguments.weight):
            found_cloud = _up(state, arguments)
            tempest = Tempest(state, found_cloud, stack=arguments.stack)
            chosen = _choose(tempest, lists, arguments)
            found = _found(tempest, chosen, lists, arguments)
    finally:
        if not arguments.keep:
            _cloud(arguments).down(state)
    if arguments.stack:
        compare(found, set(read("reference.txt")) & set(chosen), lists.exempt)
    unseen = lists.unseen.keys() & set(chosen)
    return report(found, lists.expected.keys() & set(chosen), lists.exempt, unseen)


@dataclass(frozen=True)
class Lists:
    """What is known of tests: id → microversion from which on it runs, or the reason it can't."""

    expected: dict[str, str]
    unseen: dict[str, str]
    exempt: dict[str, str]

    @classmethod
    def of(cls, prefix: str) -> Lists:
        """The lists of one kind of run."""
        return cls(*(read(f"{prefix}{name}.txt") for name in ("expected", "unseen", "exempt")))

    @property
    def wanted(self) -> dict[str, str]:
        """All that have to pass, those not seen to first."""
        return {**self.unseen, **self.expected}


def _found(
    tempest: Tempest, chosen: list[str], lists: Lists, arguments: argparse.Namespace
) -> dict[str, Outcome]:
    """Run what is chosen; with --resume only what has not passed since the last run without it."""
    if not arguments.resume:
        tempest.forget()
    done = tempest.so_far()
    found = {one: done[one] for one in chosen if one in done}
    left = [one for one in chosen if one not in found or found[one].word != "passed"]
    parts = (lists.unseen.keys(), set(chosen) - lists.unseen.keys())
    for part, oldest in itertools.product(parts, sorted({"", *lists.wanted.values()})):
        ids = [one for one in left if one in part and lists.wanted.get(one, "") == oldest]
        if ids:
            with say.step(f"running {len(ids)} tests {oldest and 'from ' + oldest}"):
                found |= tempest.run(ids, arguments.workers, oldest)
    return found


def _up(state: Path, arguments: argparse.Namespace) -> cloud.Cloud:
    return stack_cloud.up(state) if arguments.stack else cloud.up(state, arguments.driver)


def _cloud(arguments: argparse.Namespace) -> ModuleType:
    return stack_cloud if arguments.stack else cloud


def _choose(tempest: Tempest, lists: Lists, arguments: argparse.Namespace) -> list[str]:
    if arguments.all:
        return sorted(tempest.ids)
    if arguments.regex:
        return [one for one in sorted(tempest.ids) if re.search(arguments.regex, one)]
    if arguments.unseen:
        return list(lists.unseen)
    return few(list(lists.wanted), arguments.few) if arguments.few else list(lists.wanted)


def _stop(state: Path, arguments: argparse.Namespace) -> int:
    _cloud(arguments).down(state)
    return 0


def read(name: str) -> dict[str, str]:
    """Id → what a list says of it, "" where it says nothing; what follows a # is for the reader.

    A list that is not there is empty.
    """
    path = LISTS / name
    lines = path.read_text().splitlines() if path.exists() else []
    rows = (line.partition("#")[0].partition(": ") for line in lines)
    return {one.strip(): said.strip() for one, _, said in rows if one.strip()}


def few(ids: list[str], most: int) -> list[str]:
    """The first so many of each class."""
    classes = itertools.groupby(sorted(ids), key=lambda one: one.rpartition(".")[0])
    return [one for _, tests in classes for one in itertools.islice(tests, most)]


if __name__ == "__main__":
    sys.exit(main())
