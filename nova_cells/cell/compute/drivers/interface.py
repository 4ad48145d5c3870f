# SPDX-License-Identifier: Apache-2.0
"""What every hypervisor can do, and by which types it says that it can do more.

A driver gets a plain `Machine` or plain values, never an ORM row, a context or a database. Every
call is idempotent: an agent that died in the middle repeats it. A capability is a class that the
driver inherits; no method is there to say that it is not supported.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, ClassVar, Protocol

from nova_cells.cell.compute.drivers.attaching import ATTACHING
from nova_cells.cell.compute.drivers.config_drive import ConfigDrive
from nova_cells.cell.compute.drivers.consoles import CONSOLES
from nova_cells.cell.compute.drivers.faults import (
    Cancelled,
    DriverFailed,
    DriverFault,
    DriverRefused,
    HypervisorUnreachable,
    ImageUnavailable,
    ImageUnusable,
    ImageUnusableHere,
    MachineUnknown,
    OutOfSpace,
)
from nova_cells.cell.compute.drivers.guest_work import (
    GUEST_WORK,
    ConsoleLog,
    CrashDumpable,
    Diagnosable,
    GracefulStop,
    PasswordSettable,
    Pausable,
    Progress,
    Rebuildable,
    Suspendable,
)
from nova_cells.cell.compute.drivers.hardware import HARDWARE
from nova_cells.cell.compute.drivers.image_types import IMAGE_TYPES
from nova_cells.cell.compute.drivers.image_work import IMAGE_WORK
from nova_cells.cell.compute.drivers.live_migration import LiveMigratable
from nova_cells.cell.compute.drivers.local_disks import LOCAL_DISKS
from nova_cells.cell.compute.drivers.local_network import LocalNetworkable
from nova_cells.cell.compute.drivers.rescuing import (
    RESCUING,
)
from nova_cells.cell.compute.drivers.resizing import Resizable
from nova_cells.objects import Inventory, Machine

__all__ = [
    "CAPABILITIES",
    "Cancelled",
    "ConfigDrive",
    "ConsoleLog",
    "CrashDumpable",
    "Diagnosable",
    "Driver",
    "DriverFactory",
    "DriverFailed",
    "DriverFault",
    "DriverRefused",
    "GracefulStop",
    "HostSource",
    "HypervisorUnreachable",
    "ImageSource",
    "ImageUnavailable",
    "ImageUnusable",
    "ImageUnusableHere",
    "LiveMigratable",
    "LocalNetworkable",
    "MachineUnknown",
    "OutOfSpace",
    "PasswordSettable",
    "Pausable",
    "PowerState",
    "Progress",
    "Rebuildable",
    "Resizable",
    "Surroundings",
    "Suspendable",
    "can",
    "traits",
]


class PowerState(IntEnum):
    """The public numbers."""

    NOSTATE = 0
    RUNNING = 1
    PAUSED = 3
    SHUTDOWN = 4
    CRASHED = 6
    SUSPENDED = 7


class Driver(abc.ABC):
    """One host. Machines are named by uuid; only those with the deployment's mark are touched.

    `deployment` is that mark. The agent gives it by `adopt` before any call that sees or changes a
    machine; a guest without it, or with another's, does not exist as far as a driver is concerned.
    Calls come from many threads, but at most one at a time for one uuid.
    """

    name: ClassVar[str]
    deployment: str = ""
    switched_off: frozenset[type] = frozenset()
    """Capabilities that this host's operator does not want, though the driver has them."""
    shared: ClassVar[bool] = False
    """Other agents may serve this host too, one after the other: what this one remembers of it may
    be out of date, and what the host offers depends on whether there is a machine."""

    def identity(self) -> str | None:
        """What the host is for good, where it has a uuid of its own; else its agent makes one."""
        return None

    def adopt(self, deployment: str) -> None:
        """Learn the mark that every guest made from here on carries."""
        self.deployment = deployment

    @abc.abstractmethod
    def machines(self) -> set[str]:
        """Every machine of this deployment on this host, half-made ones too."""

    @abc.abstractmethod
    def define(self, machine: Machine, progress: Progress | None = None) -> None:
        """Fetch the image, make the disks and define the machine, powered off.

        Defining again finishes what a crash left half-made, and leaves a finished machine (its
        disks, its power) alone.
        """

    @abc.abstractmethod
    def destroy(self, uuid: str) -> None:
        """Power off and remove machine, disks and logs; silent about one that is not there."""

    @abc.abstractmethod
    def set_power(self, uuid: str, on: bool) -> None:
        """Start, or pull the plug of, a defined machine; nothing to do when it is so already.

        A machine that is not there: off is silent, on raises `MachineUnknown`.
        """

    def start_held(self, uuid: str) -> None:
        """Start it, held still before its first instruction where the hypervisor can do that.

        Its devices are plugged in then; `set_power` has it go on. One that runs is left alone.
        `MachineUnknown`.
        """
        self.set_power(uuid, True)

    @abc.abstractmethod
    def power_state(self, uuid: str) -> int:
        """A `PowerState` number; NOSTATE for a machine that is not there."""

    @abc.abstractmethod
    def inventory(self) -> Inventory:
        """What the host has to offer, with `traits(self)` and the hypervisor's own traits."""

    @abc.abstractmethod
    def reboot(self, uuid: str, hard: bool) -> None:
        """Restart the guest; soft asks it first, and falls back to hard when it does not answer.

        Afterwards it runs, whatever it was before. `MachineUnknown` when it is not there.
        """

    @abc.abstractmethod
    def lives(self) -> dict[str, tuple[int, int]]:
        """Machine → (epoch, home generation) it was made in, of every one `machines` names."""

    def boot_id(self) -> str:
        """Changes whenever the host starts anew, which ends all its guests."""
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()

    def watch(self, changed: Callable[[str], None]) -> None:
        """Have `changed` called with the uuid of a guest whose power changes, where that is known.

        From a thread of the driver's own, which must not be kept; what is missed is found later.
        """
        return

    def power_states(self) -> dict[str, int]:
        """All machines at once; a driver overrides it where that is cheaper."""
        return {uuid: self.power_state(uuid) for uuid in self.machines()}

    def close(self) -> None:
        """Let go of connections; guests run on."""
        return


CAPABILITIES: tuple[type, ...] = (
    *ATTACHING,
    *CONSOLES,
    *GUEST_WORK,
    *HARDWARE,
    *IMAGE_TYPES,
    *IMAGE_WORK,
    *LOCAL_DISKS,
    *RESCUING,
    ConfigDrive,
    LiveMigratable,
    LocalNetworkable,
    Resizable,
)


def traits(driver: Driver) -> list[str]:
    """The traits of the capabilities a driver has."""
    kinds = [kind for kind in CAPABILITIES if can(driver, kind)]
    types = {trait for kind in kinds for trait in getattr(kind, "types", ())}
    return sorted({kind.trait for kind in kinds} | types)  # type: ignore[attr-defined]


def can(driver: Driver, capability: type) -> bool:
    """Whether the driver has a capability and its host is to offer it."""
    return isinstance(driver, capability) and capability not in driver.switched_off


class ImageSource(Protocol):
    """Where drivers read images from; an image client of `nova_cells.clients` is one."""

    def chunks(self, image_id: str) -> Iterator[bytes]:
        """The image's bytes in order; raises the faults of `nova_cells.clients.images`."""


@dataclass(frozen=True)
class Surroundings:
    """What a driver's factory may use: host names to play, a folder of its own, images."""

    hosts: tuple[str, ...]
    state_dir: Path
    images: ImageSource | None = None


class HostSource(abc.ABC):
    """Hosts that come and go while the agent runs, shared with the other agents of its group."""

    group: str
    interval: float
    """Seconds between two looks."""

    @abc.abstractmethod
    def look(self) -> Mapping[str, Driver]:
        """All hosts of the group, whoever serves them; a host keeps its driver. `DriverFault`."""

    @abc.abstractmethod
    def close(self) -> None:
        """Let go of connections; whoever waits for a host stops waiting."""


class DriverFactory(Protocol):
    """Makes one driver per host name, or knows where hosts come from.

    Found by name through `drivers.registry`.
    """

    def __call__(self, conf: Any, surroundings: Surroundings) -> dict[str, Driver] | HostSource: ...
