# SPDX-License-Identifier: Apache-2.0
"""A domain's power: what it is, and changing it, whatever state it was found in."""

from __future__ import annotations

import time
from collections.abc import Callable

import libvirt

from nova_cells.cell.compute.drivers.interface import PowerState
from nova_cells.cell.compute.drivers.libvirt.faults import is_gone
from nova_cells.cell.compute.drivers.libvirt.hybrid_ports import plug_again
from nova_cells.cell.compute.drivers.libvirt.local_network import start_networks
from nova_cells.cell.compute.drivers.libvirt.serial_ports import start

ASK_AGAIN = 5.0
LOOK = 0.25
_STATES = {
    libvirt.VIR_DOMAIN_RUNNING: PowerState.RUNNING,
    libvirt.VIR_DOMAIN_BLOCKED: PowerState.RUNNING,
    libvirt.VIR_DOMAIN_SHUTDOWN: PowerState.RUNNING,
    libvirt.VIR_DOMAIN_PAUSED: PowerState.PAUSED,
    libvirt.VIR_DOMAIN_SHUTOFF: PowerState.SHUTDOWN,
    libvirt.VIR_DOMAIN_CRASHED: PowerState.CRASHED,
    libvirt.VIR_DOMAIN_PMSUSPENDED: PowerState.SUSPENDED,
}


def state(domain: libvirt.virDomain) -> PowerState:
    """The public number; NOSTATE when the domain is gone."""
    try:
        return _STATES.get(domain.state()[0], PowerState.NOSTATE)
    except libvirt.libvirtError as error:
        if is_gone(error):
            return PowerState.NOSTATE
        raise


def on(domain: libvirt.virDomain) -> None:
    """Have it running."""
    now = state(domain)
    if now == PowerState.PAUSED:
        domain.resume()
    elif now == PowerState.SUSPENDED:
        domain.pMWakeup()
    elif now != PowerState.RUNNING:
        _prepare(domain)
        start(domain)


def on_held(domain: libvirt.virDomain) -> None:
    """Have it there with its devices plugged in, held before its first instruction."""
    if state(domain) == PowerState.SHUTDOWN and not domain.hasManagedSaveImage():
        _prepare(domain)
        start(domain, held=True)
    else:
        on(domain)


def _prepare(domain: libvirt.virDomain) -> None:
    start_networks(domain)
    plug_again(domain)


def hold(domain: libvirt.virDomain) -> None:
    """Have one that came here held still held, with its disks open.

    QEMU opens a guest's disks only when it first goes on; sent away or copied before that, it
    dies of an assertion (gone in QEMU 10, which can be told to open them). So it goes on for a
    moment.
    """
    on(domain)
    domain.suspend()


def off(domain: libvirt.virDomain) -> None:
    """Pull the plug."""
    if not domain.isActive():
        return
    try:
        domain.destroy()
    except libvirt.libvirtError as error:
        if not is_gone(error):
            raise


def ask_to_stop(
    find: Callable[[], libvirt.virDomain | None],
    timeout: float,
    ask: Callable[[libvirt.virDomain], None],
) -> bool:
    """`ask` the guest, now and then again; True when it is off.

    A guest that is still booting does not hear it. `find` looks the domain up anew each
    time: the connection may have been replaced while we waited.
    """
    deadline, ask_at = time.monotonic() + timeout, 0.0
    while (domain := find()) is not None and domain.isActive():
        now = time.monotonic()
        if now >= deadline:
            return False
        if now >= ask_at:
            ask(domain)
            ask_at = now + ASK_AGAIN
        time.sleep(min(LOOK, max(0.0, deadline - now)))
    return True


def press(domain: libvirt.virDomain) -> None:
    """Press the power button."""
    try:
        domain.shutdownFlags(libvirt.VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN)
    except libvirt.libvirtError as error:
        if not is_gone(error):
            raise
