# SPDX-License-Identifier: Apache-2.0
"""Makes a container's tree anew. The image is there before the old tree goes; the log goes on."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import DriverRefused, Progress, Rebuildable
from nova_cells.cell.compute.drivers.libvirt import power
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.lxc import places
from nova_cells.cell.compute.drivers.lxc.containers import Containers, check_fit, check_flavor
from nova_cells.cell.compute.drivers.lxc.trees import remove_tree
from nova_cells.objects import Machine


class LxcRebuild(Containers, Rebuildable):
    """The capability of the driver of containers."""

    def rebuild(self, machine: Machine, progress: Progress | None = None) -> None:
        if machine.image is None:
            raise DriverRefused("This host can't rebuild a machine that has no image.")
        check_flavor(machine)
        folder = self._folders.of(machine.uuid)
        with readable("rebuild the machine"):
            self._with(machine.uuid, lambda domain: None)
            tree = self._trees.fetch(machine.image, progress, machine.trusted_certs)
            check_fit(machine, tree.size)
            self._with(machine.uuid, power.off)
            for path in (places.root(folder), places.rescue(folder)):
                remove_tree(path)
            folder.rescued_with(None)
            folder.based_on(tree.name)
            self._furnish(machine, folder, tree)
            self._redefine(machine)
