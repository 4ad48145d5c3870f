# SPDX-License-Identifier: Apache-2.0
"""Several processes that serve one port: a parent opens it, workers inherit it and take turns.

Workers are started anew (never forked from a process with threads), a dead one is replaced, and one
whose parent is gone ends by itself. The parent serves nothing, so it has nothing to die of.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Sequence

LOG = logging.getLogger(__name__)

PORT = "NOVA_CELLS_WORKER_PORT"
PARENT = "NOVA_CELLS_WORKER_PARENT"
SEAT = "NOVA_CELLS_WORKER_SEAT"
BACKLOG = 1024
GRACE = 5.0
FIRST_PAUSE, LONGEST_PAUSE, LIVED_WELL = 0.5, 30.0, 30.0


class Workers:
    """A service: `number` processes of `command`, on a port that is taken in `start`."""

    def __init__(self, command: Sequence[str], host: str, port: int, number: int) -> None:
        self._command = list(command)
        self._address = (host, port)
        self._number = number
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._living: dict[int, subprocess.Popen[bytes]] = {}
        self._port: socket.socket | None = None
        self._pipe = (-1, -1)

    @property
    def pids(self) -> list[int]:
        """Of the workers that live now."""
        with self._lock:
            return sorted(worker.pid for worker in self._living.values() if worker.poll() is None)

    def start(self) -> None:
        """Open the port and start all; requests wait in the port's queue until one is ready."""
        self._port = listening(*self._address)
        self._pipe = os.pipe()
        self._threads = [
            threading.Thread(target=self._keep, args=(seat,), name=f"worker {seat}", daemon=True)
            for seat in range(self._number)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Have every worker finish what it is at; one that does not end in time is killed."""
        self._stopping.set()
        with self._lock:
            for worker in self._living.values():
                worker.terminate()
        until = time.monotonic() + GRACE
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        with self._lock:
            for worker in self._living.values():
                worker.kill()
        for end in self._pipe:
            os.close(end)
        if self._port is not None:
            self._port.close()

    def _keep(self, seat: int) -> None:
        """One worker after the other, with a growing pause where they die young."""
        pause = FIRST_PAUSE
        while True:
            began = time.monotonic()
            worker = self._begin(seat)
            if worker is None:
                return
            status = worker.wait()
            with self._lock:
                del self._living[seat]
            if self._stopping.is_set():
                return
            if time.monotonic() - began > LIVED_WELL:
                pause = FIRST_PAUSE
            LOG.error("worker %s ended with %s; another one in %s s", worker.pid, status, pause)
            if self._stopping.wait(pause):
                return
            pause = min(pause * 2, LONGEST_PAUSE)

    def _begin(self, seat: int) -> subprocess.Popen[bytes] | None:
        """Start one, unless all is ending: then nobody would stop it."""
        with self._lock:
            if self._stopping.is_set() or self._port is None:
                return None
            handed = (self._port.fileno(), self._pipe[0])
            more = {PORT: str(handed[0]), PARENT: str(handed[1]), SEAT: str(seat + 1)}
            worker = subprocess.Popen(
                self._command, pass_fds=handed, env={**os.environ, **more}, close_fds=True
            )
            self._living[seat] = worker
        return worker


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens and that several processes may accept from."""
    family, kind, proto, _name, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    found = socket.socket(family, kind, proto)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind(address)
    found.listen(BACKLOG)
    found.setblocking(False)
    return found


def inherited_port() -> socket.socket | None:
    """The port a parent handed to this process, if it is a worker."""
    number = os.environ.get(PORT)
    if number is None:
        return None
    return socket.socket(fileno=int(number))


class Orphanage:
    """A service of a worker: its parent's end is its own."""

    def __init__(self, leave: Callable[[], None] | None = None) -> None:
        self._leave = leave or _terminate

    def start(self) -> None:
        """Watch the pipe whose other end only the parent has."""
        pipe = int(os.environ[PARENT])
        threading.Thread(target=self._watch, args=(pipe,), name="parent", daemon=True).start()

    def stop(self) -> None:
        """Nothing to end: the thread goes with the process."""

    def _watch(self, pipe: int) -> None:
        os.read(pipe, 1)
        self._leave()


def _terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
