# SPDX-License-Identifier: Apache-2.0
"""Holds containers still by the kernel's freezer.

One that reads its /proc/meminfo waits for its controller, which is frozen first and never answers:
libvirt gives up then, lets both go, and another try a little later finds neither waiting.
"""

from __future__ import annotations

import time

import libvirt

from nova_cells.cell.compute.drivers.interface import PowerState
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.pause import LibvirtPause, running_or_held

TRIES = 8
LATER = 0.25


class LxcPause(LibvirtPause):
    """The capability of the driver of containers."""

    def pause(self, uuid: str) -> None:
        with readable("pause the machine"):
            self._with(uuid, _hold_running)


def _hold_running(domain: libvirt.virDomain) -> None:
    if running_or_held(domain) == PowerState.RUNNING:
        hold(domain)


def hold(domain: libvirt.virDomain) -> None:
    """Have it frozen."""
    for left in reversed(range(TRIES)):
        try:
            domain.suspend()
            return
        except libvirt.libvirtError as error:
            if not left or error.get_error_code() != libvirt.VIR_ERR_OPERATION_FAILED:
                raise
            time.sleep(LATER)
