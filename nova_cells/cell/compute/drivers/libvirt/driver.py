# SPDX-License-Identifier: Apache-2.0
"""One QEMU host behind the driver interface: what is done in which order, and nothing more.

A machine is finished when its domain is defined: that is the last thing `define` does, and what
lies in the folder of a machine without a domain is half-made and may be made again.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import libvirt

from nova_cells.cell.compute.drivers.interface import (
    ConsoleLog,
    Driver,
    DriverRefused,
    GracefulStop,
    MachineUnknown,
    PowerState,
    Progress,
    traits,
)
from nova_cells.cell.compute.drivers.libvirt import console, inventory, marks, power, virt_type
from nova_cells.cell.compute.drivers.libvirt.connection import Hypervisor
from nova_cells.cell.compute.drivers.libvirt.crash_dump import LibvirtCrashDump
from nova_cells.cell.compute.drivers.libvirt.disks import make_disks
from nova_cells.cell.compute.drivers.libvirt.domain_xml import domain_xml
from nova_cells.cell.compute.drivers.libvirt.faults import is_gone, readable
from nova_cells.cell.compute.drivers.libvirt.folder import Folder, Folders
from nova_cells.cell.compute.drivers.libvirt.pause import LibvirtPause
from nova_cells.cell.compute.drivers.libvirt.rebuild import LibvirtRebuild
from nova_cells.cell.compute.drivers.libvirt.rescue import LibvirtRescue
from nova_cells.cell.compute.drivers.libvirt.suspend import LibvirtSuspend, forget
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan, Style
from nova_cells.cell.compute.images.cache import ImageCache
from nova_cells.cell.compute.images.qemu_img import Limits
from nova_cells.objects import Inventory, Machine

T = TypeVar("T")


class LibvirtDriver(
    Driver,
    ConsoleLog,
    GracefulStop,
    LibvirtCrashDump,
    LibvirtPause,
    LibvirtRebuild,
    LibvirtRescue,
    LibvirtSuspend,
):
    """Made by `assemble`; `folder` is this host's own, `cache` is shared with its neighbours."""

    name = "libvirt"

    def __init__(
        self, hypervisor: Hypervisor, folder: Path, cache: ImageCache, limits: Limits, conf: Any
    ) -> None:
        self._hypervisor = hypervisor
        self._folder = folder
        self._folders = Folders(folder / "instances")
        self._cache = cache
        self._limits = limits
        self._options = conf.libvirt
        self._retention = conf.image_cache.unused_retention
        self._style: Style | None = None
        self._style_lock = threading.Lock()

    def machines(self) -> set[str]:
        with readable("list the machines"):
            defined = self._hypervisor.run(
                lambda connection: {
                    domain.UUIDString() for domain in marks.ours(connection, self.deployment)
                }
            )
        return defined | set(self._folders.all(self.deployment))

    def define(self, machine: Machine, progress: Progress | None = None) -> None:
        mark = marks.Mark(self.deployment, machine.epoch)
        if self._is_finished(machine, mark):
            return
        if machine.image is None:
            raise DriverRefused("This host can't boot a machine that has no image.")
        folder = self._folders.of(machine.uuid)
        text = domain_xml(Plan(machine, folder, mark, self._chosen_style()))
        if folder.mark() is not None and not self._is_ours(folder):
            raise DriverRefused("Somebody else's files have the machine's uuid on this host.")
        folder.open(mark)
        base = self._cache.fetch(machine.image, progress)
        folder.based_on(base.path.name)
        make_disks(machine, folder, base, self._limits)
        with readable("define the machine"):
            self._hypervisor.run(lambda connection: connection.defineXML(text))

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

    def inventory(self) -> Inventory:
        self._folders.root.mkdir(parents=True, exist_ok=True)
        with readable("describe the host"):
            return self._hypervisor.run(
                lambda connection: inventory.take(connection, self._folders.root, traits(self))
            )

    def reboot(self, uuid: str, hard: bool) -> None:
        if not hard and self.power_state(uuid) == PowerState.RUNNING:
            self.shut_down(uuid, self._options.soft_reboot_timeout)
        with readable("reboot the machine"):
            self._with(uuid, _off_and_on)

    def console_output(self, uuid: str, lines: int) -> str:
        folder = self._folders.of(uuid)
        if not self._is_ours(folder):
            raise MachineUnknown("The machine is not on its host.")
        return console.tail(folder.console, lines, self._console_limit)

    def shut_down(self, uuid: str, timeout: float) -> bool:
        with readable("shut the machine down"):
            return power.ask_to_stop(lambda: self._find(uuid), timeout)

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
        try:
            domain.undefineFlags(_UNDEFINE_ALL)
        except libvirt.libvirtError as error:
            if not is_gone(error):
                raise

    def _chosen_style(self) -> Style:
        """The configuration's answer for every guest, worked out once."""
        with self._style_lock:
            if self._style is None:
                self._style = self._choose_style()
            return self._style

    def _choose_style(self) -> Style:
        options, kind = self._options, self._options.virt_type
        if kind == "auto":
            kind = self._hypervisor.run(
                lambda connection: virt_type.probe(connection, self._folder, options.probe_timeout)
            )
        return Style(
            virt_type=kind,
            machine_type=options.machine_type,
            cpu_mode=options.cpu_mode,
            tb_cache_mb=options.tb_cache_size,
            vnc_listen=options.vnc_listen if options.vnc_enabled else None,
            disk_cache="none" if _has_direct_io(self._folder) else "writeback",
        )

    def _tidy(self, folders: Iterable[Folder]) -> None:
        """Keep logs and cache in bounds; comes by as often as power states are asked for."""
        for folder in folders:
            console.trim(folder.console, self._console_limit)
        in_use = {base for folder in self._all_folders() for base in folder.bases()}
        self._cache.sweep(in_use, self._retention)

    def _all_folders(self) -> list[Folder]:
        """Of every host that shares the cache."""
        return [Folder(path) for path in self._folder.parent.glob("*/instances/*") if path.is_dir()]


_UNDEFINE_ALL = (
    libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE
    | libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA
    | libvirt.VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA
    | libvirt.VIR_DOMAIN_UNDEFINE_NVRAM
)


def _claim(connection: libvirt.virConnect, machine: Machine, mark: marks.Mark) -> bool:
    domain = marks.any_domain(connection, machine.uuid)
    if domain is None:
        return False
    known = marks.read(domain)
    if known is None or known.deployment != mark.deployment:
        raise DriverRefused("Somebody else's guest has the machine's uuid on this host.")
    if mark.epoch < known.epoch:
        raise DriverRefused("The machine belongs to a later epoch on this host.")
    if mark.epoch > known.epoch:
        marks.write(domain, mark, machine.name)
    return True


def _off_and_on(domain: libvirt.virDomain) -> None:
    power.off(domain)
    forget(domain)
    power.on(domain)


def _has_direct_io(folder: Path) -> bool:
    probe = folder / ".direct"
    try:
        os.close(os.open(probe, os.O_CREAT | os.O_WRONLY | os.O_DIRECT, 0o600))
    except OSError:
        return False
    finally:
        probe.unlink(missing_ok=True)
    return True
