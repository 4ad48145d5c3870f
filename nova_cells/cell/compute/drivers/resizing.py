# SPDX-License-Identifier: Apache-2.0
"""How a driver makes a guest another size, on its host or on another; imported through `interface`.

Nothing of the old is lost before it is let go: the source of a move keeps its disks till `destroy`,
a guest resized where it is can have its old size back till `keep_size`.
"""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import Any, ClassVar

from nova_cells.objects import Machine

Progress = Callable[[int], None]

Ticket = dict[str, Any]
"""What a destination tells the source: where to send, and by what right. Plain values."""


class Resizable(abc.ABC):
    """Can hand a guest that is off to another host of its kind, and make it another size.

    Every call leaves the guest off, and may be repeated. `destroy` takes away what was received,
    and what was kept of an old size.
    """

    trait: ClassVar[str] = "COMPUTE_RESIZE"

    @abc.abstractmethod
    def receive(self, machine: Machine, progress: Progress | None = None) -> Ticket:
        """Destination: make room for the guest's disks; one that is here already stays."""

    @abc.abstractmethod
    def send(self, uuid: str, ticket: Ticket, progress: Progress | None = None) -> None:
        """Source: copy the disks to where the ticket says, and keep them. `MachineUnknown`.

        `DriverRefused` for a guest that runs, and where the destination does not expect it.
        """

    @abc.abstractmethod
    def take_over(self, machine: Machine) -> None:
        """Destination: make a guest of this size of what was sent. `MachineUnknown` without it."""

    @abc.abstractmethod
    def resize(self, machine: Machine, progress: Progress | None = None) -> None:
        """Make it the size of `machine` where it is, and keep what `unresize` needs."""

    @abc.abstractmethod
    def unresize(self, machine: Machine) -> None:
        """Have it as before `resize`. One that was not resized is left alone, running or not."""

    @abc.abstractmethod
    def keep_size(self, uuid: str) -> None:
        """Let the old size go; silent about one that is not there or has none."""
