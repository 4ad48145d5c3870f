# SPDX-License-Identifier: Apache-2.0
"""Makes a domain's disks anew. The image is there before the old disks go; the log goes on."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import DriverRefused, Progress, Rebuildable
from nova_cells.cell.compute.drivers.libvirt.disks import make_disks, root_size
from nova_cells.cell.compute.drivers.libvirt.domains import Domains
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.rescue import off_for_good
from nova_cells.cell.compute.drivers.libvirt.told_devices import tell_devices
from nova_cells.objects import Machine


class LibvirtRebuild(Domains, Rebuildable):
    """The capability of the libvirt driver."""

    def rebuild(self, machine: Machine, progress: Progress | None = None) -> None:
        folder, plan = self._folders.of(machine.uuid), self._plan(machine)
        if machine.image is None and plan.root_volume is None:
            raise DriverRefused("This host can't rebuild a machine that has no image.")
        with readable("rebuild the machine"):
            self._with(machine.uuid, lambda domain: None)
            self._insist_on_hardware(plan)
            self._definition(machine)
            base = self._base(plan, progress)
            if base:
                root_size(machine, base)
            self._with(machine.uuid, off_for_good)
            for disk in (folder.root, *folder.ephemerals(), folder.swap, folder.rescue):
                disk.unlink(missing_ok=True)
            folder.nvram.unlink(missing_ok=True)
            folder.rescued_with(None)
            folder.based_on(base.path.name if base else None)
            make_disks(machine, folder, base, self._limits)
            self._redefine(machine)
            tell_devices(self, machine)
