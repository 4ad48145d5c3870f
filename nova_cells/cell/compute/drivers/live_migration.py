# SPDX-License-Identifier: Apache-2.0
"""How a driver hands a running guest over to another host; imported through `interface`.

The source blocks while the guest is on its way and is told by `watch` what is wanted of it; what
was decided is found out by asking the destination, never by guessing.
"""

from __future__ import annotations

import abc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from nova_cells.objects import Machine


@dataclass(frozen=True)
class Transfer:
    """How far a live migration is, in bytes."""

    memory_total: int = 0
    memory_processed: int = 0
    memory_remaining: int = 0
    disk_total: int = 0
    disk_processed: int = 0
    disk_remaining: int = 0

    @property
    def percent(self) -> int:
        """How much of it is done."""
        total = self.memory_total + self.disk_total
        left = self.memory_remaining + self.disk_remaining
        return 100 * (total - min(left, total)) // total if total else 0


Watch = Callable[[Transfer], bool]
"""Called at least every second while a guest is on its way. Its answer is whether to hurry: stop
the guest, or slow it down, so that the end comes soon. It may raise `Cancelled`: the guest stays.
"""

Ticket = dict[str, Any]
"""What a destination tells the source of a live migration; plain values."""


class LiveMigratable(abc.ABC):
    """Can hand a running guest over to another host of its kind.

    It runs on one host at any moment: the source stops it before the destination may start it.
    Whether it has arrived is decided on the destination, at one instant, for good: from then on
    nothing brings it back. A paused guest stays paused.
    """

    trait: ClassVar[str] = "COMPUTE_LIVE_MIGRATE"

    @abc.abstractmethod
    def prepare_incoming(
        self, machine: Machine, progress: Callable[[int], None] | None = None
    ) -> Ticket:
        """Destination: get ready for it; it does not run here yet. One that is here stays so."""

    @abc.abstractmethod
    def live_migrate(self, uuid: str, ticket: Ticket, watch: Watch) -> None:
        """Source: hand it over; when this returns it has arrived, and does not run here.

        Whatever is raised, it still runs here. Called again after a crash it goes on with what is
        under way. `MachineUnknown`; `DriverRefused` for a guest that is off, and where the
        destination expects it no longer.
        """

    @abc.abstractmethod
    def end_live_migration(self, uuid: str) -> bool:
        """Source: have it stay, if it has not left; True where it is here, False where it left."""

    @abc.abstractmethod
    def finish_incoming(self, machine: Machine) -> None:
        """Destination: make it a guest like any other. `MachineUnknown` where it is not there."""

    @abc.abstractmethod
    def refuse_incoming(self, uuid: str) -> bool:
        """Destination: take away what was prepared, unless it has arrived; answers whether."""

    @abc.abstractmethod
    def forget_departed(self, uuid: str) -> None:
        """Source: remove what a guest that left has left behind; nothing shared with its host."""
