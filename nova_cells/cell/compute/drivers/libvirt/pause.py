# SPDX-License-Identifier: Apache-2.0
"""Holds domains still: QEMU stops their CPUs, everything else stays as it is."""

from __future__ import annotations

import libvirt

from nova_cells.cell.compute.drivers.interface import DriverRefused, Pausable, PowerState
from nova_cells.cell.compute.drivers.libvirt import power
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.reach import Reach


class LibvirtPause(Reach, Pausable):
    """The capability, of every kind of guest."""

    def pause(self, uuid: str) -> None:
        with readable("pause the machine"):
            self._with(uuid, _hold)

    def unpause(self, uuid: str) -> None:
        with readable("unpause the machine"):
            self._with(uuid, _let_go)


def _hold(domain: libvirt.virDomain) -> None:
    if running_or_held(domain) == PowerState.RUNNING:
        domain.suspend()


def _let_go(domain: libvirt.virDomain) -> None:
    if running_or_held(domain) == PowerState.PAUSED:
        domain.resume()


def running_or_held(domain: libvirt.virDomain) -> PowerState:
    """Which of the two; `DriverRefused` for neither."""
    state = power.state(domain)
    if state not in (PowerState.RUNNING, PowerState.PAUSED):
        raise DriverRefused("The machine does not run.")
    return state
