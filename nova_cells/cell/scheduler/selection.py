# SPDX-License-Identifier: Apache-2.0
"""What a selection answers: candidates in order of preference, or why there is none.

Candidates are copied out of the table, so that they stay true to what was chosen while it changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Trail = list[tuple[str, int]]


class NoValidHost(Exception):
    """No host can take the server; `trail` lists each filter with the hosts it left."""

    def __init__(self, trail: Trail, hosts: int = 0) -> None:
        super().__init__("No valid host was found. There are not enough hosts available.")
        self.trail = trail
        self.hosts = hosts

    @property
    def reason(self) -> str:
        """The explanation for administrators."""
        steps = ", ".join(f"{name}: {left}" for name, left in self.trail)
        return f"Of {self.hosts} hosts were left after {steps}" if steps else "There are no hosts."


@dataclass(frozen=True)
class Candidate:
    """A proposed host; `shape_generation` is what the claim compares with."""

    name: str
    node: str
    address: str
    shape_generation: int


class Selection(Iterator[Candidate]):
    """Candidates, best first; `trail` tells how many hosts each filter left."""

    def __init__(self, candidates: Iterable[Candidate], trail: Trail, count: int) -> None:
        self._candidates = iter(candidates)
        self.trail = trail
        self.count = count

    def __next__(self) -> Candidate:
        return next(self._candidates)
