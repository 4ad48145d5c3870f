# SPDX-License-Identifier: Apache-2.0
"""Starts a domain from a disk made of another image, with all of its own disks beside it.

The rescue disk is there before the definition names it, and goes when none names it any more.
"""

from __future__ import annotations

import libvirt

from nova_cells.cell.compute.drivers.interface import Progress
from nova_cells.cell.compute.drivers.libvirt import power
from nova_cells.cell.compute.drivers.libvirt.disks import make_rescue_disk
from nova_cells.cell.compute.drivers.libvirt.domains import Domains
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.suspend import forget
from nova_cells.cell.compute.drivers.rescuing import VolumeRescuable
from nova_cells.objects import ImageFacts, Machine


class LibvirtRescue(Domains, VolumeRescuable):
    """The capability of the libvirt driver."""

    def rescue(self, machine: Machine, image: ImageFacts, progress: Progress | None = None) -> None:
        folder = self._folders.of(machine.uuid)
        with readable("rescue the machine"):
            self._with(machine.uuid, lambda domain: None)
            self._definition(machine, image)  # refuses what can't be, while the guest still runs
            base = self._cache.fetch(image, progress, trusted=machine.trusted_certs)
            self._with(machine.uuid, off_for_good)
            folder.rescued_with(base.path.name)
            make_rescue_disk(folder, base, self._limits)
            self._redefine(machine, rescue=image)
            self._with(machine.uuid, power.on)

    def unrescue(self, machine: Machine) -> None:
        folder = self._folders.of(machine.uuid)
        with readable("end the machine's rescue"):
            if not folder.rescue.exists():
                self._with(machine.uuid, lambda domain: None)
                return
            self._with(machine.uuid, off_for_good)
            self._redefine(machine)
            folder.rescue.unlink(missing_ok=True)
            folder.rescued_with(None)


def off_for_good(domain: libvirt.virDomain) -> None:
    """Pull the plug, and have the next start be one from the beginning."""
    power.off(domain)
    forget(domain)
