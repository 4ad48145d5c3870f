# SPDX-License-Identifier: Apache-2.0
"""What every kind of guest made through libvirt has in common: whose it is, its power, its end.

A kind says how its guests are defined, what is forgotten with them and how they are asked to stop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import libvirt

from nova_cells.cell.compute.drivers.interface import (
    ConsoleLog,
    Driver,
    DriverRefused,
    GracefulStop,
    MachineUnknown,
    PowerState,
)
from nova_cells.cell.compute.drivers.libvirt import console, marks, power, stale_files
from nova_cells.cell.compute.drivers.libvirt.connection import Hypervisor
from nova_cells.cell.compute.drivers.libvirt.faults import is_gone, readable
from nova_cells.cell.compute.drivers.libvirt.folder import Folder, Folders
from nova_cells.cell.compute.drivers.libvirt.wiring import Wiring
from nova_cells.cell.compute.images.cache import ImageCache
from nova_cells.cell.compute.images.eviction import Bounds
from nova_cells.objects import Machine

T = TypeVar("T")


class Guests(Wiring, Driver, ConsoleLog, GracefulStop):
    """Base of the drivers that use libvirt."""

    UNDEFINE: ClassVar[int] = 0
    """What libvirt forgets together with a definition, as its flags."""

    _hypervisor: Hypervisor
    _folder: Path
    _folders: Folders
    _cache: ImageCache
    _options: Any
    _cache_bounds: Bounds

    def adopt(self, deployment: str) -> None:
        super().adopt(deployment)
        self._cache.tenants.add(self._folders.root)

    def machines(self) -> set[str]:
        with readable("list the machines"):
            defined = self._hypervisor.run(
                lambda connection: {
                    domain.UUIDString() for domain in marks.ours(connection, self.deployment)
                }
            )
        return defined | set(self._folders.all(self.deployment))

    def lives(self) -> dict[str, tuple[int, int]]:
        with readable("list the machines"):
            found = self._hypervisor.run(
                lambda connection: marks.lives(connection, self.deployment)
            )
        folders = self._folders.all(self.deployment).items()
        noted = {uuid: mark.life for uuid, folder in folders if (mark := folder.mark())}
        return {**noted, **found}

    def watch(self, changed: Callable[[str], None]) -> None:
        self._hypervisor.watch(changed)

    def destroy(self, uuid: str) -> None:
        with readable("remove the machine"):
            self._hypervisor.run(lambda connection: self._undefine(connection, uuid))
        folder = self._folders.of(uuid)
        if self._is_ours(folder):
            folder.remove()

    def set_power(self, uuid: str, on: bool) -> None:
        if on:
            with readable("start the machine"):
                self._with(uuid, power.on)
            return
        with readable("stop the machine"):
            self._hypervisor.run(lambda connection: self._off(connection, uuid))

    def power_state(self, uuid: str) -> int:
        with readable("tell the machine's power state"):
            return self._hypervisor.run(lambda connection: self._state(connection, uuid))

    def power_states(self) -> dict[str, int]:
        with readable("tell the power states"):
            states = self._hypervisor.run(
                lambda connection: {
                    domain.UUIDString(): int(power.state(domain))
                    for domain in marks.ours(connection, self.deployment)
                }
            )
        folders = self._folders.all(self.deployment)
        self._tidy(folders.values())
        return {**dict.fromkeys(folders, int(PowerState.NOSTATE)), **states}

    def reboot(self, uuid: str, hard: bool) -> None:
        if not hard and self.power_state(uuid) == PowerState.RUNNING:
            self.shut_down(uuid, self._options.soft_reboot_timeout)
        with readable("reboot the machine"):
            self._with(uuid, self._restart)

    def console_output(self, uuid: str, lines: int) -> str:
        folder = self._folders.of(uuid)
        if not self._is_ours(folder):
            raise MachineUnknown("The machine is not on its host.")
        return console.tail(folder.console, lines, self._console_limit)

    def shut_down(self, uuid: str, timeout: float) -> bool:
        with readable("shut the machine down"):
            return power.ask_to_stop(lambda: self._find(uuid), timeout, self._press)

    def close(self) -> None:
        self._hypervisor.close()

    @property
    def _console_limit(self) -> int:
        return self._options.console_log_kb << 10

    def _is_ours(self, folder: Folder) -> bool:
        mark = folder.mark()
        return mark is not None and mark.deployment == self.deployment

    def _is_finished(self, machine: Machine, mark: marks.Mark) -> bool:
        """Whether the domain is there and ours; takes on a newer epoch, refuses an older one."""
        with readable("look for the machine"):
            return self._hypervisor.run(lambda connection: _claim(connection, machine, mark))

    def _find(self, uuid: str) -> libvirt.virDomain | None:
        return self._hypervisor.run(
            lambda connection: marks.find(connection, uuid, self.deployment)
        )

    def _with(self, uuid: str, work: Callable[[libvirt.virDomain], T]) -> T:
        """Do `work` on the domain, which must be there."""

        def found(connection: libvirt.virConnect) -> T:
            domain = marks.find(connection, uuid, self.deployment)
            if domain is None:
                raise MachineUnknown("The machine is not on its host.")
            return work(domain)

        return self._hypervisor.run(found)

    def _off(self, connection: libvirt.virConnect, uuid: str) -> None:
        domain = marks.find(connection, uuid, self.deployment)
        if domain is not None:
            power.off(domain)

    def _state(self, connection: libvirt.virConnect, uuid: str) -> int:
        domain = marks.find(connection, uuid, self.deployment)
        return int(PowerState.NOSTATE if domain is None else power.state(domain))

    def _undefine(self, connection: libvirt.virConnect, uuid: str) -> None:
        domain = marks.find(connection, uuid, self.deployment)
        if domain is None:
            return
        power.off(domain)
        self._unwire(connection, domain)
        try:
            domain.undefineFlags(self._undefining(uuid))
        except libvirt.libvirtError as error:
            if not is_gone(error):
                raise

    def _undefining(self, uuid: str) -> int:
        """The flags; what the firmware remembers is in the folder, and stays if that is needed."""
        nvram = self.UNDEFINE & libvirt.VIR_DOMAIN_UNDEFINE_NVRAM
        if nvram and self._folders.of(uuid).needed_elsewhere():
            return self.UNDEFINE & ~nvram | libvirt.VIR_DOMAIN_UNDEFINE_KEEP_NVRAM
        return self.UNDEFINE

    def _tidy(self, folders: Iterable[Folder]) -> None:
        """Keep logs and cache in bounds; comes by as often as power states are asked for."""
        for folder in folders:
            console.trim(folder.console, self._console_limit)
        stale_files.sweep(self._folders.root)
        self._cache.sweep(_bases_in, self._cache_bounds)

    def _restart(self, domain: libvirt.virDomain) -> None:
        power.off(domain)
        self._forget(domain)
        power.on(domain)

    def _press(self, domain: libvirt.virDomain) -> None:
        """Ask a guest to stop, as its kind understands it."""
        power.press(domain)

    def _forget(self, domain: libvirt.virDomain) -> None:
        """Have the next start of a guest that is off be one from the beginning."""


def _bases_in(places: Iterable[Path]) -> set[str]:
    """Names of the cached images that machines in these folders are based on."""
    folders = [Folder(path) for place in places for path in place.glob("*") if path.is_dir()]
    return {base for folder in folders for base in folder.bases()}


def _claim(connection: libvirt.virConnect, machine: Machine, mark: marks.Mark) -> bool:
    domain = marks.any_domain(connection, machine.uuid)
    if domain is None:
        return False
    known = marks.read(domain)
    if known is None or known.deployment != mark.deployment:
        raise DriverRefused("Somebody else's guest has the machine's uuid on this host.")
    if mark.life < known.life:
        raise DriverRefused("The machine belongs to a later epoch on this host.")
    if mark.life > known.life:
        marks.write(domain, mark, machine.name)
    return True
