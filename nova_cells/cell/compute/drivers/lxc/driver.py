# SPDX-License-Identifier: Apache-2.0
"""One host of containers behind the driver interface: what is done in which order.

As with QEMU's guests, a machine is finished when its domain is defined.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import libvirt

from nova_cells.cell.compute.drivers.hardware import CpuLimiting
from nova_cells.cell.compute.drivers.hardware_check import insist_on_hardware
from nova_cells.cell.compute.drivers.image_types import TreeImages, TrustedCertificates
from nova_cells.cell.compute.drivers.interface import DriverRefused, Pausable, Progress, traits
from nova_cells.cell.compute.drivers.libvirt import marks
from nova_cells.cell.compute.drivers.libvirt.connection import Hypervisor
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.folder import Folder, Folders
from nova_cells.cell.compute.drivers.libvirt.guests import Guests
from nova_cells.cell.compute.drivers.libvirt.peers import Peers
from nova_cells.cell.compute.drivers.lxc import inventory, keeper, places, stopping
from nova_cells.cell.compute.drivers.lxc.config_drive import LxcConfigDrive
from nova_cells.cell.compute.drivers.lxc.containers import check_fit, check_flavor
from nova_cells.cell.compute.drivers.lxc.diagnostics import LxcDiagnostics
from nova_cells.cell.compute.drivers.lxc.domain_xml import Plan, domain_xml
from nova_cells.cell.compute.drivers.lxc.groups import drop_groups
from nova_cells.cell.compute.drivers.lxc.image_cache import LxcImageCache
from nova_cells.cell.compute.drivers.lxc.nics import LxcNics
from nova_cells.cell.compute.drivers.lxc.pause import LxcPause
from nova_cells.cell.compute.drivers.lxc.rebuild import LxcRebuild
from nova_cells.cell.compute.drivers.lxc.rescue import LxcRescue
from nova_cells.cell.compute.drivers.lxc.resize import LxcResize
from nova_cells.cell.compute.drivers.lxc.snapshot import LxcSnapshots
from nova_cells.cell.compute.drivers.lxc.trees import Trees
from nova_cells.cell.compute.images.eviction import Bounds
from nova_cells.cell.compute.images.qemu_img import Limits
from nova_cells.objects import Inventory, Machine


class LxcDriver(
    Guests,
    LxcConfigDrive,
    LxcDiagnostics,
    LxcImageCache,
    LxcNics,
    LxcPause,
    LxcRebuild,
    LxcRescue,
    LxcResize,
    LxcSnapshots,
    CpuLimiting,
    TreeImages,
    TrustedCertificates,
):
    """Made by `assemble`; `folder` is this host's own, `trees` are shared with its neighbours."""

    name = "lxc"

    def __init__(
        self, hypervisor: Hypervisor, folder: Path, trees: Trees, limits: Limits, conf: Any
    ) -> None:
        self._hypervisor = hypervisor
        self._folder = folder
        self._folders = Folders(folder / "instances")
        self._peers = Peers.from_options(conf.lxc, conf, folder.name)
        self._trees = trees
        self._cache = trees.archives
        self._limits = limits
        self._options = conf.lxc
        self._cache_bounds = Bounds.from_conf(conf)
        self.switched_off = frozenset() if inventory.freezes() else frozenset({Pausable})
        if not self._cache.checks_signatures:
            self.switched_off |= {TrustedCertificates}

    def define(self, machine: Machine, progress: Progress | None = None) -> None:
        mark = marks.of(machine, self.deployment)
        if self._is_finished(machine, mark):
            return
        if machine.image is None:
            raise DriverRefused("This host can't boot a machine that has no image.")
        check_flavor(machine)
        insist_on_hardware(machine.image.properties, machine.extra_specs, traits(self))
        folder = self._folders.of(machine.uuid)
        text = self._definition(machine)
        self._refuse_strangers(folder)
        folder.open(mark)
        places.let_in(folder, self._trees.bounds.first_id)
        tree = self._trees.fetch(machine.image, progress, machine.trusted_certs)
        check_fit(machine, tree.size)
        folder.based_on(tree.name)
        self._furnish(machine, folder, tree)
        self._wire(machine)
        with readable("define the machine"):
            self._hypervisor.run(lambda connection: connection.defineXML(text))

    def destroy(self, uuid: str) -> None:
        ours = self._is_ours(self._folders.of(uuid))
        super().destroy(uuid)
        if ours:
            drop_groups(uuid)

    def set_power(self, uuid: str, on: bool) -> None:
        super().set_power(uuid, on)
        if on:
            with readable("keep the console of the machine"):
                self._with(uuid, lambda domain: keeper.keep(domain, self._folders.of(uuid)))

    def inventory(self) -> Inventory:
        self._folders.root.mkdir(mode=0o711, parents=True, exist_ok=True)
        with readable("describe the host"):
            return self._hypervisor.run(
                lambda connection: inventory.take(connection, self._folders.root, traits(self))
            )

    def _definition(self, machine: Machine, *, rescue: bool = False) -> str:
        folder, mark = self._folders.of(machine.uuid), marks.of(machine, self.deployment)
        return domain_xml(Plan(machine, folder, mark, self._trees.bounds, rescue))

    def _restart(self, domain: libvirt.virDomain) -> None:
        super()._restart(domain)
        keeper.keep(domain, self._folders.of(domain.UUIDString()))

    def _press(self, domain: libvirt.virDomain) -> None:
        stopping.ask(domain)

    def _tidy(self, folders: Iterable[Folder]) -> None:
        super()._tidy(folders)
        self._trees.sweep()
        self._keep_consoles()

    def _keep_consoles(self) -> None:
        """Of containers that restarted by themselves, too."""
        with readable("keep the consoles of the machines"):
            self._hypervisor.run(
                lambda connection: [
                    keeper.keep_again(domain, self._folders.of(domain.UUIDString()))
                    for domain in marks.ours(connection, self.deployment)
                ]
            )
