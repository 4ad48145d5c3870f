# SPDX-License-Identifier: Apache-2.0
"""Named points at which a test may let the process die. In production a point costs one look-up.

A point is reached before and after each commit, each RPC and each side effect of a driver. A test
arms a hook in its own process, or a child process by the environment variable below.
"""

from __future__ import annotations

import fnmatch
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

VARIABLE = "NOVA_CELLS_CRASH"
EXIT_STATUS = 86

Hook = Callable[[str], None]

_hook: Hook | None = None


class Crash(BaseException):
    """What an in-memory test raises where a real process would be gone; no handler expects it."""


def reach(point: str) -> None:
    """Say that `point` is reached."""
    if _hook is not None:
        _hook(point)


def arm(hook: Hook | None) -> None:
    """Call `hook(point)` at every point from now on; None disarms."""
    global _hook
    _hook = hook


@contextmanager
def armed(hook: Hook) -> Iterator[None]:
    """Arm `hook` for a block."""
    arm(hook)
    try:
        yield
    finally:
        arm(None)


class AtVisit:
    """A hook that acts on the `visit`th time a point matches `pattern` (shell style), once."""

    def __init__(self, pattern: str, visit: int, action: Callable[[], None]) -> None:
        self.pattern = pattern
        self.visit = visit
        self.action = action
        self.seen = 0
        self._lock = threading.Lock()

    def __call__(self, point: str) -> None:
        if not fnmatch.fnmatchcase(point, self.pattern):
            return
        with self._lock:
            self.seen += 1
            due = self.seen == self.visit
        if due:
            self.action()


def die() -> None:
    """End the process as a power cut would: no handler, no finally, no flush."""
    os._exit(EXIT_STATUS)


def arm_from_environment() -> None:
    """NOVA_CELLS_CRASH="pattern@visit" arms a real death; `process.run` calls this."""
    wish = os.environ.get(VARIABLE)
    if wish:
        pattern, _, visit = wish.rpartition("@")
        arm(AtVisit(pattern, int(visit), die))
