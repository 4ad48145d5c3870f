# SPDX-License-Identifier: Apache-2.0
"""How each test ended, read from a subunit stream.

A class that was skipped or broke in its set-up reports once, for itself; its tests get its word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import subunit
import testtools

WORDS = {"success": "passed", "fail": "failed", "skip": "skipped"}
# Settings say there is a network service; the catalogue has none. See settings.py.
NO_NETWORK = "EndpointNotFound"
FIXTURES = ("setUpClass", "tearDownClass")


@dataclass
class Outcome:
    """One test: its word and the last lines of what it said."""

    word: str = "unknown"
    said: list[str] = field(default_factory=list)

    @property
    def reason(self) -> str:
        lines = [line.strip() for line in "".join(self.said).splitlines() if line.strip()]
        return lines[-1][:300] if lines else ""


Told = Callable[[str, Outcome], None]


class _Collector(testtools.StreamResult):
    def __init__(self, told: Told) -> None:
        super().__init__()
        self.found: dict[str, Outcome] = {}
        self._told = told

    def status(  # type: ignore[override]
        self, test_id: Any = None, test_status: Any = None, **rest: Any
    ) -> None:
        if not test_id:
            return
        outcome = self.found.setdefault(bare(test_id), Outcome())
        if test_status in WORDS:
            outcome.word = WORDS[test_status]
        if (rest.get("file_name") or "").startswith(("reason", "traceback")):
            outcome.said.append(bytes(rest["file_bytes"]).decode(errors="replace"))
        if test_status in WORDS:
            self._told(bare(test_id), outcome)


class _Copying:
    """A source whose bytes are kept as they are read, so that a run cut short loses nothing."""

    def __init__(self, source: IO[bytes], copy: IO[bytes]) -> None:
        self._source, self._copy = source, copy

    def read(self, size: int) -> bytes:
        data = self._source.read(size)
        self._copy.write(data)
        return data


def bare(test_id: str) -> str:
    """The id without its attributes in brackets."""
    return test_id.partition("[")[0]


def read(stream: Path) -> dict[str, Outcome]:
    """Test id → outcome."""
    with stream.open("rb") as source:
        return _gathered(source, lambda one, outcome: None)


def hear(source: IO[bytes], copy: IO[bytes], told: Told) -> dict[str, Outcome]:
    """The same of a stream that still grows: `told` of each test that ends, all of it copied."""

    def flushed(one: str, outcome: Outcome) -> None:
        copy.flush()
        told(one, outcome)

    return _gathered(_Copying(source, copy), flushed)


def _gathered(source: Any, told: Told) -> dict[str, Outcome]:
    collector = _Collector(told)
    subunit.ByteStreamToStreamResult(source, non_subunit_name="stdout").run(collector)
    collector.found.pop("stdout", None)
    for each in collector.found.values():
        if each.word == "failed" and NO_NETWORK in "".join(each.said):
            each.word, each.said = "skipped", ["needs the network service"]
    return _spread(collector.found)


def _spread(found: dict[str, Outcome]) -> dict[str, Outcome]:
    classes = {key: found.pop(key) for key in list(found) if key.startswith(FIXTURES)}
    for key, outcome in classes.items():
        name = key.partition("(")[2].rstrip(")")
        for test, own in found.items():
            if test.startswith(f"{name}.") and own.word == "unknown":
                found[test] = outcome
        if key.startswith("tearDownClass") and outcome.word == "failed":
            found[key] = outcome  # its tests have passed, their traces have not gone
    return found
