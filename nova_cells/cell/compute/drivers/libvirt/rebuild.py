# SPDX-License-Identifier: Apache-2.0
"""Makes a domain's disks anew. The image is there before the old disks go; the log goes on."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import DriverRefused, Progress, Rebuildable
from nova_cells.cell.compute.drivers.libvirt.disks import make_disks, root_size
from nova_cells.cell.compute.drivers.libvirt.domains import Domains
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.rescue import off_for_good
from nova_cells.objects import Machine


class LibvirtRebuild(Domains, Rebuildable):
    """The capability of the libvirt driver."""

    def rebuild(self, machine: Machine, progress: Progress | None = None) -> None:
        if machine.image is None:
            raise DriverRefused("This host can't rebuild a machine that has no image.")
        folder = self._folders.of(machine.uuid)
        with readable("rebuild the machine"):
            self._with(machine.uuid, lambda domain: None)
            base = self._cache.fetch(machine.image, progress)
            root_size(machine, base)
            self._with(machine.uuid, off_for_good)
            for disk in (folder.root, *folder.ephemerals(), folder.swap, folder.rescue):
                disk.unlink(missing_ok=True)
            folder.rescued_with(None)
            folder.based_on(base.path.name)
            make_disks(machine, folder, base, self._limits)
            self._redefine(machine)
