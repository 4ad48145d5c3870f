# SPDX-License-Identifier: Apache-2.0
"""Progress a person can read: one line a step, with its time; never output for machines."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_began = time.monotonic()


class Trouble(Exception):
    """Something a person has to do; its text says what."""


def line(text: str) -> None:
    """Print one line of progress to standard error."""
    print(f"[{time.monotonic() - _began:6.1f}s] {text}", file=sys.stderr, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Name a step before it begins and its duration after it."""
    line(f"{text} …")
    start = time.monotonic()
    yield
    line(f"{text}: done in {time.monotonic() - start:.1f} s")
