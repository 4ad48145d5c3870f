# SPDX-License-Identifier: Apache-2.0
"""One at a time among all threads and processes that share a folder: a lock file for each name.

A lock file is removed by whoever holds it; one who waited for a removed file waits for the new one.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST_PAUSE = 0.25


class Busy(Exception):
    """Somebody else has it, and we did not want to wait."""


@contextmanager
def alone(path: Path, meanwhile: Callable[[], None] | None) -> Iterator[None]:
    """Hold the lock; `meanwhile` is called while waiting and may raise. None: do not wait."""
    descriptor = _take(path, meanwhile)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _take(path: Path, meanwhile: Callable[[], None] | None) -> int:
    pause = 0.005
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if _locked(descriptor, path):
            return descriptor
        os.close(descriptor)
        if meanwhile is None:
            raise Busy(str(path))
        meanwhile()
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def _locked(descriptor: int, path: Path) -> bool:
    """Whether we hold it, and it is still the file of that name."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.fstat(descriptor).st_ino == path.stat().st_ino
    except (BlockingIOError, FileNotFoundError):
        return False
