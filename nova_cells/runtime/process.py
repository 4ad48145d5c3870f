# SPDX-License-Identifier: Apache-2.0
"""Runs a process: starts its services in order, waits for a signal, stops them in reverse.

A service is anything with `start()` and `stop()`. Stopping is bounded: what has not stopped after
five seconds is left behind, as a crash would leave it, and recovery does the rest.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from nova_cells.runtime import crash

LOG = logging.getLogger(__name__)

GRACE = 5.0
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
SWITCH_INTERVAL = 0.001
"""Python lets a busy thread keep the interpreter 5 ms; all that answers requests waits for it."""


class Service(Protocol):
    """A role, or a part of one."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


class Group:
    """Several services as one."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = list(services)
        self._started: list[Service] = []

    def start(self) -> None:
        """Start in order; when one fails, those before it are stopped again."""
        try:
            for service in self._services:
                self._started.append(service)
                service.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop in reverse; one that fails doesn't keep the others from stopping."""
        while self._started:
            service = self._started.pop()
            try:
                service.stop()
            except Exception:  # a process loop: the others must be stopped too
                LOG.exception("%s did not stop cleanly", type(service).__name__)


def run(
    services: Sequence[Service],
    *,
    ready: Callable[[], None] | None = None,
    grace: float = GRACE,
) -> int:
    """Start `services`, call `ready`, wait for SIGTERM or SIGINT, stop. Answers the exit status."""
    crash.arm_from_environment()
    sys.setswitchinterval(SWITCH_INTERVAL)
    stop = threading.Event()
    previous = {number: signal.signal(number, lambda *_: stop.set()) for number in _SIGNALS}
    group = Group(services)
    try:
        group.start()
        if ready is not None:
            ready()
        while not stop.wait(3600):
            pass
    finally:
        _stop_within(group, grace)
        for number, handler in previous.items():
            signal.signal(number, handler)
    return 0


def _stop_within(group: Group, grace: float) -> None:
    """Stop, and see to it that the process is gone after `grace` seconds.

    A thread stuck on a socket would hold up either the services or, later, Python's own exit.
    """
    threading.Thread(target=_leave_after, args=(grace,), name="leave", daemon=True).start()
    group.stop()


def _leave_after(grace: float) -> None:
    time.sleep(grace)
    LOG.error("not everything stopped within %s s; leaving it", grace)
    logging.shutdown()
    os._exit(0)
