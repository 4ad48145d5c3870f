# SPDX-License-Identifier: Apache-2.0
"""Capabilities that need nothing but the guest: its power, its memory, what is inside it."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import ClassVar

from nova_cells.objects import Diagnostics, Machine

Progress = Callable[[int], None]
"""Called with a percentage during long work. It may raise `Cancelled`: let it pass, tidied up."""


class ConsoleLog(abc.ABC):
    """Keeps what a guest writes to its serial console."""

    trait: ClassVar[str] = "COMPUTE_CONSOLE_LOG"

    @abc.abstractmethod
    def console_output(self, uuid: str, lines: int) -> str:
        """The last `lines` lines, -1 for all that is kept; empty before the first start."""


class GracefulStop(abc.ABC):
    """Can ask a guest to shut itself down."""

    trait: ClassVar[str] = "COMPUTE_GRACEFUL_STOP"

    @abc.abstractmethod
    def shut_down(self, uuid: str, timeout: float) -> bool:
        """Ask, wait up to `timeout` seconds; True when it is off (or not there) now."""


class Pausable(abc.ABC):
    """Can hold a guest still and let it go on; its memory stays where it is.

    `MachineUnknown` where it is not there, `DriverRefused` where it is off.
    """

    trait: ClassVar[str] = "COMPUTE_PAUSE"

    @abc.abstractmethod
    def pause(self, uuid: str) -> None:
        """Hold a running guest; nothing to do when it is held already."""

    @abc.abstractmethod
    def unpause(self, uuid: str) -> None:
        """Let a held guest go on; nothing to do when it runs."""


class Suspendable(abc.ABC):
    """Can put a guest's memory away on disk, and have it go on from there.

    What was put away is forgotten by a hard reboot and by `destroy`.
    """

    trait: ClassVar[str] = "COMPUTE_SUSPEND"

    @abc.abstractmethod
    def suspend(self, uuid: str) -> None:
        """Put it away: it does not run then. `DriverRefused` for one that is off; twice is once."""

    @abc.abstractmethod
    def resume(self, uuid: str) -> None:
        """Have it run again, from the beginning where nothing is put away."""


class Rebuildable(abc.ABC):
    """Can make a guest's disks anew, from another image perhaps."""

    trait: ClassVar[str] = "COMPUTE_REBUILD"

    @abc.abstractmethod
    def rebuild(self, machine: Machine, progress: Progress | None = None) -> None:
        """Throw its disks away and make those of `machine`; it is off then. `MachineUnknown`.

        An image that can't be had or used leaves the old disks alone.
        """


class PasswordSettable(abc.ABC):
    """Can set the administrator's password inside a running guest."""

    trait: ClassVar[str] = "COMPUTE_SET_ADMIN_PASSWORD"

    @abc.abstractmethod
    def set_password(self, machine: Machine) -> None:
        """To its `admin_password`.

        `MachineUnknown` where it is not there, `DriverRefused` where it does not run or can't.
        """


class CrashDumpable(abc.ABC):
    """Can make a guest believe that its hardware asks it to dump its memory."""

    trait: ClassVar[str] = "COMPUTE_TRIGGER_CRASH_DUMP"

    @abc.abstractmethod
    def trigger_crash_dump(self, uuid: str) -> None:
        """`MachineUnknown` where it is not there, `DriverRefused` where it is off."""


class Diagnosable(abc.ABC):
    """Can count what a guest uses."""

    trait: ClassVar[str] = "COMPUTE_DIAGNOSTICS"

    @abc.abstractmethod
    def diagnostics(self, uuid: str) -> Diagnostics:
        """`MachineUnknown` where it is not there, `DriverRefused` where it does not run."""


GUEST_WORK: tuple[type, ...] = (
    ConsoleLog,
    CrashDumpable,
    Diagnosable,
    GracefulStop,
    PasswordSettable,
    Pausable,
    Rebuildable,
    Suspendable,
)
