# SPDX-License-Identifier: Apache-2.0
"""Asks a guest to dump its memory: a non-maskable interrupt, which its kernel knows as such."""

from __future__ import annotations

import libvirt

from nova_cells.cell.compute.drivers.interface import CrashDumpable, DriverRefused
from nova_cells.cell.compute.drivers.libvirt.domains import Domains
from nova_cells.cell.compute.drivers.libvirt.faults import readable


class LibvirtCrashDump(Domains, CrashDumpable):
    """The capability of the libvirt driver."""

    def trigger_crash_dump(self, uuid: str) -> None:
        with readable("trigger a crash dump of the machine"):
            self._with(uuid, _interrupt)


def _interrupt(domain: libvirt.virDomain) -> None:
    if not domain.isActive():
        raise DriverRefused("The machine does not run.")
    domain.injectNMI()
