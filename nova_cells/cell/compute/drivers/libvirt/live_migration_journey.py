# SPDX-License-Identifier: Apache-2.0
"""One journey of a running guest: libvirt's call in a thread of its own, and a look at it.

libvirt goes on with it when the agent dies; one that is found under way is only looked at.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import libvirt

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.live_migration import Transfer, Watch

LOOK = 0.25
ASK_AGAIN = 0.2
GIB = 1 << 30
FIELDS = tuple(Transfer.__dataclass_fields__)


class Call(threading.Thread):
    """Runs `migrate`; afterwards `error` says how it failed, if it did."""

    def __init__(self, migrate: Callable[[], Any]) -> None:
        super().__init__(daemon=True, name="live migration")
        self._migrate = migrate
        self.error: libvirt.libvirtError | None = None

    def run(self) -> None:
        try:
            self._migrate()
        except libvirt.libvirtError as error:
            self.error = error


@dataclass(frozen=True)
class Patience:
    """How long it may take, in seconds for each GiB to be carried, and what happens then.

    0: as long as it takes. `force`: it is made to end, not given up. `post_copy`: how.
    """

    seconds: float
    force: bool
    post_copy: bool

    def has_ended(self, transfer: Transfer, elapsed: float) -> bool:
        size = max(2, -(-(transfer.memory_total + transfer.disk_total) // GIB))
        return bool(self.seconds) and elapsed > self.seconds * size


def follow(
    domain: libvirt.virDomain,
    over: Callable[[float], bool],
    watch: Watch,
    patience: Patience,
) -> None:
    """Stay with it till it is `over` (asked to wait so many seconds).

    What `watch` raises ends it first; it may have arrived nevertheless.
    """
    began, hurried = time.monotonic(), False
    try:
        while not over(LOOK):
            transfer = transfer_of(domain)
            late = patience.has_ended(transfer, time.monotonic() - began)
            if late and not patience.force:
                raise DriverRefused("The live migration took longer than it may.")
            if (watch(transfer) or late) and not hurried:
                hurried = _hurry(domain, patience.post_copy)
    except Exception:
        call_off(domain, over)
        raise


def call_off(domain: libvirt.virDomain, over: Callable[[float], bool]) -> None:
    """Have it end; returns when it has, one way or the other."""
    while True:
        with suppress(libvirt.libvirtError):  # too early, too late, or over
            domain.abortJob()
        if over(ASK_AGAIN):
            return


def transfer_of(domain: libvirt.virDomain, flags: int = 0) -> Transfer:
    """How far it is; nothing yet, or no longer, is nothing."""
    try:
        told = domain.jobStats(flags)
    except libvirt.libvirtError:
        return Transfer()
    return Transfer(**{name: int(told.get(name, 0)) for name in FIELDS})


def is_under_way(domain: libvirt.virDomain) -> bool:
    """Whether libvirt has it in hand, whoever asked for that."""
    try:
        told = domain.jobStats()
    except libvirt.libvirtError:
        return False
    leaving = told.get("operation", -1) == libvirt.VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT
    return told["type"] != libvirt.VIR_DOMAIN_JOB_NONE and leaving


def until_over(domain: libvirt.virDomain) -> Callable[[float], bool]:
    """For a journey that somebody else began."""

    def over(seconds: float) -> bool:
        ends = time.monotonic() + seconds
        while is_under_way(domain):
            if time.monotonic() >= ends:
                return False
            time.sleep(LOOK / 4)
        return True

    return over


def _hurry(domain: libvirt.virDomain, post_copy: bool) -> bool:
    """Have it end soon; False where it is too early for that."""
    try:
        if post_copy:
            domain.migrateStartPostCopy()
        else:
            domain.suspend()
    except libvirt.libvirtError:
        return False
    return True
