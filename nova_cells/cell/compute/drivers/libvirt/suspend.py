# SPDX-License-Identifier: Apache-2.0
"""Puts a domain's memory away as libvirt's managed save, which every start then goes on from."""

from __future__ import annotations

import libvirt

from nova_cells.cell.compute.drivers.interface import DriverRefused, Suspendable
from nova_cells.cell.compute.drivers.libvirt import power
from nova_cells.cell.compute.drivers.libvirt.domains import Domains
from nova_cells.cell.compute.drivers.libvirt.faults import readable


class LibvirtSuspend(Domains, Suspendable):
    """The capability of the libvirt driver."""

    def suspend(self, uuid: str) -> None:
        with readable("suspend the machine"):
            self._with(uuid, _put_away)

    def resume(self, uuid: str) -> None:
        with readable("resume the machine"):
            self._with(uuid, power.on)


def forget(domain: libvirt.virDomain) -> None:
    """The next start is to be one from the beginning."""
    if domain.hasManagedSaveImage():
        domain.managedSaveRemove()


def _put_away(domain: libvirt.virDomain) -> None:
    if domain.isActive():
        domain.managedSave(libvirt.VIR_DOMAIN_SAVE_RUNNING)
    elif not domain.hasManagedSaveImage():
        raise DriverRefused("The machine does not run.")
