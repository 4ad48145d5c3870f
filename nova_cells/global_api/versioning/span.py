# SPDX-License-Identifier: Apache-2.0
"""Spans of microversions, and the view predicate that opens and closes an endpoint.

Inside the code a microversion is one integer, its minor number: 2.26 is 26.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

OLDEST = 1
NEWEST = 104

_SPAN = re.compile(r"2\.(\d+)(?:(-)(?:2\.(\d+))?)?$")


@dataclass(frozen=True)
class Span:
    """All versions from `low` to `high`, both included."""

    low: int = OLDEST
    high: int = NEWEST

    @classmethod
    def parse(cls, text: str) -> Span:
        """Read "2.26-" (from 2.26 on), "2.1-2.35", or "2.6" (that one only)."""
        match = _SPAN.match(text)
        if match is None:
            raise ValueError(f"{text!r} is not a span of microversions")
        low = int(match[1])
        high = int(match[3]) if match[3] else (NEWEST if match[2] else low)
        return cls(low, high)

    def __contains__(self, minor: int) -> bool:
        return self.low <= minor <= self.high

    def __str__(self) -> str:
        return f"2.{self.low}-2.{self.high}"


class MicroversionPredicate:
    """A view answers only inside its span; outside, its operation is not found."""

    def __init__(self, value: str, config: Any) -> None:
        self.span = Span.parse(value)

    def text(self) -> str:
        return f"microversion = {self.span}"

    phash = text

    def __call__(self, context: Any, request: Any) -> bool:
        return request.microversion in self.span
