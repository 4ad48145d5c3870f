# SPDX-License-Identifier: Apache-2.0
"""How capabilities of the driver of containers reach what is ours: the driver keeps promises."""

from __future__ import annotations

import abc
from collections.abc import Iterable

import libvirt

from nova_cells.cell.compute.drivers.attaching import Nic
from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt import marks
from nova_cells.cell.compute.drivers.libvirt.connection import Hypervisor
from nova_cells.cell.compute.drivers.libvirt.folder import Folder, Folders
from nova_cells.cell.compute.drivers.libvirt.peers import Peers
from nova_cells.cell.compute.drivers.libvirt.reach import Reach
from nova_cells.cell.compute.drivers.lxc import places
from nova_cells.cell.compute.drivers.lxc.config_folder import write_config_folder
from nova_cells.cell.compute.drivers.lxc.trees import Tree, Trees
from nova_cells.cell.compute.images.qemu_img import Limits
from nova_cells.objects import Machine

GIB = 1 << 30


class Containers(Reach):
    """Mixed into the driver of containers."""

    _hypervisor: Hypervisor
    _folders: Folders
    _trees: Trees
    _limits: Limits
    _peers: Peers

    @abc.abstractmethod
    def _is_finished(self, machine: Machine, mark: marks.Mark) -> bool:
        """Whether the domain is there and ours; takes on a newer life, refuses an older one."""

    @abc.abstractmethod
    def _definition(self, machine: Machine, *, rescue: bool = False) -> str:
        """What libvirt is told of the machine."""

    @abc.abstractmethod
    def _wire(self, machine: Machine, nics: Iterable[Nic] | None = None) -> None:
        """Have a place on the local network for the machine's interfaces, or for these of them."""

    @abc.abstractmethod
    def _unplug(self, connection: libvirt.virConnect, mac: str) -> None:
        """Nobody has the local address of this MAC any more."""

    def _redefine(self, machine: Machine, *, rescue: bool = False) -> None:
        """Give the container a new definition; it must be off."""
        text = self._definition(machine, rescue=rescue)
        self._wire(machine)
        self._with(machine.uuid, lambda domain: domain.connect().defineXML(text))

    def _furnish(self, machine: Machine, folder: Folder, tree: Tree) -> None:
        """Have what the container starts with; a tree that is there is left alone."""
        self._trees.copy(tree, places.root(folder))
        self._equip(machine, folder)

    def _equip(self, machine: Machine, folder: Folder) -> None:
        """Have what it finds beside its tree."""
        if machine.config_drive:
            owner = self._trees.bounds.first_id
            write_config_folder(machine, places.config_drive(folder), owner)
        folder.console.touch(mode=0o600)


def check_fit(machine: Machine, size: int) -> None:
    """Refuse an image of `size` bytes where the flavor has less; 0 says nothing."""
    if machine.root_gb and size > machine.root_gb * GIB:
        raise DriverRefused(
            f"The image needs a disk of {-(-size // GIB)} GiB, "
            f"the flavor has {machine.root_gb} GiB."
        )


def check_room(size: int, root_gb: int) -> None:
    """Refuse a flavor that has less than a tree of `size` bytes takes."""
    if root_gb and size > root_gb * GIB:
        raise DriverRefused(
            f"The machine's files take {-(-size // GIB)} GiB, the flavor has {root_gb} GiB."
        )


def check_flavor(machine: Machine) -> None:
    """Refuse what a container can't have."""
    if machine.ephemeral_sizes() or machine.swap_mb:
        raise DriverRefused("Containers have no ephemeral disks and no swap; the flavor does.")
