# SPDX-License-Identifier: Apache-2.0
"""What is to go wrong, or take long, in a fake hypervisor: rules, tried in order at every call.

How often a rule has been played is kept on disk if asked for, so that a rule that ends the process
once doesn't end the next one too.
"""

from __future__ import annotations

import fnmatch
import json
import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import DriverFailed, DriverRefused

EXIT_STATUS = 86
SLICE = 0.05
ACTS = ("delay", "fail", "refuse", "crash", "ignore")


@dataclass(frozen=True)
class Rule:
    """One scripted event. `call`, `host`, `uuid` and `name` (the machine's) are shell patterns.

    `act`: delay (by `seconds`), fail (in passing), refuse (for good), crash (the process ends), or
    ignore (a guest that does not listen to being asked to stop). `when`: "before" or "after" the
    call has had its effect. `times`: how often; 0 for always.
    """

    call: str = "*"
    act: str = "fail"
    host: str = "*"
    uuid: str = "*"
    name: str = "*"
    when: str = "before"
    seconds: float = 0.0
    times: int = 0
    message: str = "The fake hypervisor was told to fail."

    def __post_init__(self) -> None:
        if self.act not in ACTS:
            raise ValueError(f"act is {self.act!r}, not one of {', '.join(ACTS)}")

    def matches(self, call: str, host: str, uuid: str, name: str) -> bool:
        """Whether this rule is about such a call."""
        pairs = ((call, self.call), (host, self.host), (uuid, self.uuid), (name, self.name))
        return all(fnmatch.fnmatchcase(value, pattern) for value, pattern in pairs)


class Script:
    """The rules of all hosts of one process."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules: list[Rule] = list(rules)
        self._played: list[int] = [0] * len(self._rules)
        self._lock = threading.Lock()
        self._counts: Path | None = None

    @classmethod
    def from_file(cls, path: Path) -> Script:
        """Rules as a JSON list of objects with the fields of `Rule`."""
        return cls(Rule(**entry) for entry in json.loads(path.read_text()))

    def keep_counts(self, path: Path) -> None:
        """Remember in `path` how often each rule was played."""
        self._counts = path
        if path.exists():
            played = json.loads(path.read_text())
            self._played[: len(played)] = played[: len(self._played)]

    def add(self, rule: Rule) -> None:
        """One more rule, tried after the others."""
        with self._lock:
            self._rules.append(rule)
            self._played.append(0)

    def clear(self) -> None:
        """Forget all rules."""
        with self._lock:
            self._rules.clear()
            self._played.clear()

    def play(
        self,
        when: str,
        call: str,
        host: str,
        uuid: str = "",
        name: str = "",
        progress: Callable[[int], object] | None = None,
    ) -> bool:
        """Do what the rules say; True when the guest is to ignore the call."""
        ignored = False
        for rule in self._due(when, call, host, uuid, name):
            if rule.act == "delay":
                _wait(rule.seconds, progress)
            elif rule.act == "crash":
                os._exit(EXIT_STATUS)
            elif rule.act == "refuse":
                raise DriverRefused(rule.message, f"{call} of {uuid} on {host}")
            elif rule.act == "fail":
                raise DriverFailed(rule.message, f"{call} of {uuid} on {host}")
            else:
                ignored = True
        return ignored

    def _due(self, when: str, call: str, host: str, uuid: str, name: str) -> list[Rule]:
        if not self._rules:
            return []
        due = []
        with self._lock:
            for index, rule in enumerate(self._rules):
                if rule.when != when or not rule.matches(call, host, uuid, name):
                    continue
                if rule.times and self._played[index] >= rule.times:
                    continue
                self._played[index] += 1
                due.append(rule)
                if rule.act in ("fail", "refuse", "crash"):
                    break
            if due and self._counts is not None:
                self._save(self._counts)
        return due

    def _save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(self._played))
        os.replace(fresh, path)


def _wait(amount: float, progress: Callable[[int], object] | None) -> None:
    """Until the time has passed, or `progress` answers that it is enough."""
    until = time.monotonic() + amount
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(SLICE, left))
        passed = int(100 * (1 - max(0.0, until - time.monotonic()) / amount))
        if progress is not None and progress(passed):
            return
