# SPDX-License-Identifier: Apache-2.0
"""One QEMU host behind the driver interface: what is done in which order, and nothing more.

A machine is finished when its domain is defined: that is the last thing `define` does, and what
lies in the folder of a machine without a domain is half-made and may be made again.
"""

from __future__ import annotations

import os
import threading
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import libvirt

from nova_cells.cell.compute.drivers.hardware import HARDWARE, AllHardware
from nova_cells.cell.compute.drivers.image_types import AllImageTypes, TrustedCertificates
from nova_cells.cell.compute.drivers.interface import DriverRefused, Progress, traits
from nova_cells.cell.compute.drivers.libvirt import inventory, marks, power, virt_type
from nova_cells.cell.compute.drivers.libvirt.config_drive import LibvirtConfigDrive
from nova_cells.cell.compute.drivers.libvirt.connection import Hypervisor
from nova_cells.cell.compute.drivers.libvirt.consoles import (
    LibvirtSerialConsole,
    LibvirtSpiceConsole,
    LibvirtVncConsole,
    switched_off,
)
from nova_cells.cell.compute.drivers.libvirt.crash_dump import LibvirtCrashDump
from nova_cells.cell.compute.drivers.libvirt.device_list import LibvirtDevices
from nova_cells.cell.compute.drivers.libvirt.diagnostics import LibvirtDiagnostics
from nova_cells.cell.compute.drivers.libvirt.disks import make_disks
from nova_cells.cell.compute.drivers.libvirt.domain_xml import domain_xml
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.folder import Folders
from nova_cells.cell.compute.drivers.libvirt.guests import Guests
from nova_cells.cell.compute.drivers.libvirt.image_cache import LibvirtImageCache
from nova_cells.cell.compute.drivers.libvirt.live_migration import LibvirtLiveMigration
from nova_cells.cell.compute.drivers.libvirt.local_network import without_network
from nova_cells.cell.compute.drivers.libvirt.nics import LibvirtNics
from nova_cells.cell.compute.drivers.libvirt.offers import Offers, offers_of
from nova_cells.cell.compute.drivers.libvirt.overlays import base_of
from nova_cells.cell.compute.drivers.libvirt.password import LibvirtPassword
from nova_cells.cell.compute.drivers.libvirt.pause import LibvirtPause
from nova_cells.cell.compute.drivers.libvirt.peers import Peers
from nova_cells.cell.compute.drivers.libvirt.rebuild import LibvirtRebuild
from nova_cells.cell.compute.drivers.libvirt.rescue import LibvirtRescue
from nova_cells.cell.compute.drivers.libvirt.resize import LibvirtResize
from nova_cells.cell.compute.drivers.libvirt.secrets import forget_secret
from nova_cells.cell.compute.drivers.libvirt.serial_ports import SerialPorts, ports_in_use
from nova_cells.cell.compute.drivers.libvirt.snapshot import LibvirtSnapshots
from nova_cells.cell.compute.drivers.libvirt.suspend import LibvirtSuspend, forget
from nova_cells.cell.compute.drivers.libvirt.told_devices import tell_devices
from nova_cells.cell.compute.drivers.libvirt.volume_files import LibvirtVolumeFiles
from nova_cells.cell.compute.drivers.libvirt.volume_swap import LibvirtVolumeSwap
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Style
from nova_cells.cell.compute.drivers.libvirt.xml.volumes import reach
from nova_cells.cell.compute.drivers.local_disks import AllLocalDisks
from nova_cells.cell.compute.images.cache import ImageCache
from nova_cells.cell.compute.images.eviction import Bounds
from nova_cells.cell.compute.images.qemu_img import Limits
from nova_cells.objects import Inventory, Machine


class LibvirtDriver(
    AllHardware,
    Guests,
    AllLocalDisks,
    AllImageTypes,
    LibvirtConfigDrive,
    LibvirtCrashDump,
    LibvirtDiagnostics,
    LibvirtDevices,
    LibvirtImageCache,
    LibvirtLiveMigration,
    LibvirtNics,
    LibvirtPassword,
    LibvirtPause,
    LibvirtRebuild,
    LibvirtRescue,
    LibvirtResize,
    LibvirtSerialConsole,
    LibvirtSnapshots,
    LibvirtSpiceConsole,
    LibvirtSuspend,
    LibvirtVncConsole,
    LibvirtVolumeFiles,
    LibvirtVolumeSwap,
):
    """Made by `assemble`; `folder` is this host's own, `cache` is shared with its neighbours."""

    name = "libvirt"
    UNDEFINE = (
        libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE
        | libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA
        | libvirt.VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA
        | libvirt.VIR_DOMAIN_UNDEFINE_NVRAM
    )

    def __init__(
        self, hypervisor: Hypervisor, folder: Path, cache: ImageCache, limits: Limits, conf: Any
    ) -> None:
        self._hypervisor = hypervisor
        self._folder = folder
        self._folders = _folders(folder, conf.libvirt.instances_path)
        self._peers = Peers.from_conf(conf, folder.name)
        self._cache = cache
        self._limits = limits
        self._options = conf.libvirt
        self._cache_bounds = Bounds.from_conf(conf)
        self._style: Style | None = None
        self._offers: Offers | None = None
        self._style_lock = threading.Lock()
        self._serial_ports = SerialPorts(
            conf.libvirt.serial_ports, lambda: hypervisor.run(ports_in_use)
        )
        self.switched_off = switched_off(conf.libvirt) | without_network(hypervisor.uri)
        if not cache.checks_signatures:
            self.switched_off |= {TrustedCertificates}

    def define(self, machine: Machine, progress: Progress | None = None) -> None:
        mark = marks.of(machine, self.deployment)
        if self._is_finished(machine, mark):
            self._tell(machine)
            return
        folder, plan = self._folders.of(machine.uuid), self._plan(machine)
        self._insist_on_hardware(plan)
        if machine.image is None and plan.root_volume is None:
            raise DriverRefused("This host can't boot a machine that has no image and no volume.")
        for volume in machine.volumes:
            reach(volume)
            self.ready(volume)
        text = domain_xml(plan)
        self._refuse_strangers(folder)
        folder.open(mark)
        base = self._base(plan, progress)
        folder.based_on(base_of(folder.root, base, self._limits))
        make_disks(machine, folder, base, self._limits)
        self._have_boot_files(machine, progress)
        self._wire(machine)
        with readable("define the machine"):
            self._hypervisor.run(lambda connection: connection.defineXML(text))
        self._tell(machine)

    def _tell(self, machine: Machine) -> None:
        with readable("tell the machine of its devices"):
            tell_devices(self, machine)

    def set_power(self, uuid: str, on: bool) -> None:
        if on:
            self._insist_that_it_has_not_left(uuid)
        super().set_power(uuid, on)

    def start_held(self, uuid: str) -> None:
        self._insist_that_it_has_not_left(uuid)
        with readable("start the machine"):
            self._with(uuid, power.on_held)

    def destroy(self, uuid: str) -> None:
        with readable("tell which volumes of the machine are encrypted"):
            opened = self.encrypted(uuid)
        super().destroy(uuid)
        with readable("forget keys of the machine's volumes"):
            for volume_id in opened:
                self._hypervisor.run(partial(forget_secret, volume_id=volume_id))
        self._forget_arrival(uuid)
        self._serial_ports.free(uuid)

    def inventory(self) -> Inventory:
        self._folders.root.mkdir(parents=True, exist_ok=True)
        with readable("describe the host"):
            offered = self._chosen_offers().traits
            known = sorted({*traits(self), *offered})
            return self._hypervisor.run(
                lambda connection: inventory.take(connection, self._folders.root, known)
            )

    def _chosen_style(self) -> Style:
        """The configuration's answer for every guest, worked out once."""
        with self._style_lock:
            if self._style is None:
                self._style = self._choose_style()
            return self._style

    def _chosen_offers(self) -> Offers:
        kind = self._chosen_style().virt_type
        with self._style_lock:
            if self._offers is None:
                self._offers = self._hypervisor.run(
                    lambda connection: offers_of(connection, kind, self._options)
                )
                lacking = {one for one in HARDWARE if one.trait not in self._offers.traits}
                self.switched_off |= lacking
            return self._offers

    def _choose_style(self) -> Style:
        self._folder.mkdir(parents=True, exist_ok=True)
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
            console_address=self._console_address(),
            vnc=options.vnc_enabled,
            spice=options.spice_enabled,
            hotplug_ports=options.hotplug_ports,
            disk_cache="none" if _has_direct_io(self._folder) else "writeback",
        )

    def _console_address(self) -> str:
        """As configured; else the one libvirt is reached by, which is loopback on this machine."""
        named = self._options.console_addresses.get(self._folder.name)
        host = urlsplit(self._hypervisor.uri).hostname
        return named or self._options.console_address or host or "127.0.0.1"

    def _serial_port(self, uuid: str) -> int | None:
        return self._serial_ports.of(uuid) if self._options.serial_enabled else None

    def _forget(self, domain: libvirt.virDomain) -> None:
        forget(domain)


def _folders(folder: Path, shared: str) -> Folders:
    """Where guests' disks are; in a path that hosts may share, each says which are its own."""
    return Folders(Path(shared), host=folder.name) if shared else Folders(folder / "instances")


def _has_direct_io(folder: Path) -> bool:
    probe = folder / ".direct"
    try:
        os.close(os.open(probe, os.O_CREAT | os.O_WRONLY | os.O_DIRECT, 0o600))
    except OSError:
        return False
    finally:
        probe.unlink(missing_ok=True)
    return True
