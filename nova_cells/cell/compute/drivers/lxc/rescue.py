# SPDX-License-Identifier: Apache-2.0
"""Starts a container from another tree, with its own beside it in /rescued."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import Progress
from nova_cells.cell.compute.drivers.libvirt import power
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.lxc import keeper, places
from nova_cells.cell.compute.drivers.lxc.containers import Containers
from nova_cells.cell.compute.drivers.lxc.trees import remove_tree
from nova_cells.cell.compute.drivers.rescuing import Rescuable
from nova_cells.objects import ImageFacts, Machine


class LxcRescue(Containers, Rescuable):
    """The capability of the driver of containers."""

    def rescue(self, machine: Machine, image: ImageFacts, progress: Progress | None = None) -> None:
        folder = self._folders.of(machine.uuid)
        with readable("rescue the machine"):
            self._with(machine.uuid, lambda domain: None)
            tree = self._trees.fetch(image, progress, machine.trusted_certs)
            self._with(machine.uuid, power.off)
            folder.rescued_with(tree.name)
            remove_tree(places.rescue(folder))
            self._trees.copy(tree, places.rescue(folder))
            self._redefine(machine, rescue=True)
            self._with(machine.uuid, power.on)
            self._with(machine.uuid, lambda domain: keeper.keep(domain, folder))

    def unrescue(self, machine: Machine) -> None:
        folder = self._folders.of(machine.uuid)
        with readable("end the machine's rescue"):
            if not places.rescue(folder).exists():
                self._with(machine.uuid, lambda domain: None)
                return
            self._with(machine.uuid, power.off)
            self._redefine(machine)
            remove_tree(places.rescue(folder))
            folder.rescued_with(None)
