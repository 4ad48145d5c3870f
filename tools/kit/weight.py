# SPDX-License-Identifier: Apache-2.0
"""Gives all processes of a run more of the machine, or less, than others have.

The kernel shares processors out among sessions first; niceness counts only inside of one. So each
session of the run is weighed. A process belongs to it whose command names the state folder.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PAUSE = 4.0
PROCESSES = Path("/proc")


@contextmanager
def of(state: Path, niceness: int) -> Iterator[None]:
    """While this lasts; sessions that begin meanwhile are found soon. 0 leaves all as it is."""
    over = threading.Event()
    watching = threading.Thread(target=_watch, args=(state, niceness, over), daemon=True)
    if niceness:
        weigh("self", niceness)
        watching.start()
    try:
        yield
    finally:
        over.set()
        if niceness:
            watching.join()


def weigh_all(state: Path, niceness: int) -> None:
    """The sessions that there are now."""
    mark = str(state).encode()
    for folder in PROCESSES.glob("[0-9]*"):
        with suppress(OSError):
            if mark in (folder / "cmdline").read_bytes():
                weigh(folder.name, niceness)


def weigh(process: str, niceness: int) -> None:
    """The session of a process. Silent where that is not ours to say, or it has ended."""
    path = PROCESSES / process / "autogroup"
    with suppress(OSError):
        if not path.read_text().endswith(f" nice {niceness}\n"):
            path.write_text(f"{niceness}\n")


def _watch(state: Path, niceness: int, over: threading.Event) -> None:
    while not over.is_set():
        weigh_all(state, niceness)
        over.wait(PAUSE)
