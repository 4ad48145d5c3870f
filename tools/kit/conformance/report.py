# SPDX-License-Identifier: Apache-2.0
"""What is told of a run when it is over, and whether it was good.

An id that has to pass and was seen to for the first time is named, to be written down as such.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from kit.conformance.outcome import Outcome

WORDS = ("passed", "failed", "skipped", "unknown")
Found = Mapping[str, Outcome]


def compare(found: Found, reference: set[str], exempt: Mapping[str, str]) -> None:
    """Print which of those that Nova passes have not passed here, and why."""
    missing = {one for one in reference if found.get(one, Outcome()).word != "passed"}
    for one in sorted(missing - exempt.keys()):
        print(f"Nova passes, we do not: {one}")
    print(
        f"Of {len(reference)} tests that Nova passes here passed {len(reference - missing)}, "
        f"{len(missing & exempt.keys())} are exempt, {len(missing - exempt.keys())} are missing"
    )


def report(
    found: Found, expected: Iterable[str], exempt: Mapping[str, str], unseen: Iterable[str] = ()
) -> int:
    """Print what did not pass with its reason, then a table, then counts as stestr words them."""
    told = {one: _told(one, outcome, exempt) for one, outcome in found.items()}
    for one, (word, reason) in sorted(told.items(), key=lambda pair: (pair[1][0], pair[0])):
        if word != "passed":
            print(f"{word} {one}: {reason}")
    words = {one: word for one, (word, _) in told.items()}
    print("\n".join(table(words)))
    for one in sorted(set(unseen)):
        if words.get(one) == "passed":
            print(f"seen to pass now: {one}")
    bad = _complaints(found, {*expected, *unseen}, set(exempt))
    for complaint in bad:
        print(complaint)
    counts = Counter(words.values())
    for word in ("passed", "failed", "skipped"):
        print(f" - {word.capitalize()}: {counts[word]}")
    return 1 if bad else 0


def table(words: Mapping[str, str]) -> list[str]:
    """A line for each module: how many of its tests ended how."""
    rows: dict[str, Counter[str]] = {}
    for one, word in words.items():
        rows.setdefault(_module(one), Counter())[word] += 1
    wide = max((len(module) for module in rows), default=0)
    head = f"{'module':{wide}} " + " ".join(f"{word:>7}" for word in WORDS)
    return [head, *(_row(module, rows[module], wide) for module in sorted(rows))]


def _module(test: str) -> str:
    """Of a test, or of the fixture of a class, which is "tearDownClass (module.Class)"."""
    of_class = test.endswith(")")
    named = test.rpartition("(")[2].rstrip(")") if of_class else test.rpartition(".")[0]
    return named.rpartition(".")[0]


def _row(module: str, counts: Counter[str], wide: int) -> str:
    return f"{module:{wide}} " + " ".join(f"{counts[word] or '':>7}" for word in WORDS)


def _told(one: str, outcome: Outcome, exempt: Mapping[str, str]) -> tuple[str, str]:
    excused = one in exempt and outcome.word != "passed"
    return ("skipped", exempt[one]) if excused else (outcome.word, outcome.reason)


def _complaints(found: Found, expected: set[str], exempt: set[str]) -> list[str]:
    passed = {one for one, outcome in found.items() if outcome.word == "passed"}
    kinds = {
        "expected to pass and did not": expected - passed,
        "neither expected nor exempt": found.keys() - expected - exempt,
        "exempt and passed: expect it": passed & exempt,
    }
    return [f"{kind}: {one}" for kind, ids in kinds.items() for one in sorted(ids)]
