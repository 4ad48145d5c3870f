# SPDX-License-Identifier: Apache-2.0
"""Where the consoles of a guest listen, read from the running domain: QEMU serves them itself.

They listen on the host's own address and ask for no password: who is let in is decided by the
console proxy, and the network of that address has to be the hosts' and the proxy's alone.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import libvirt

from nova_cells.cell.compute.drivers.consoles import SerialConsole, SpiceConsole, VncConsole
from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.faults import is_gone, readable
from nova_cells.cell.compute.drivers.libvirt.reach import Reach
from nova_cells.objects import ConsoleTarget


def switched_off(options: Any) -> frozenset[type]:
    """The consoles that the operator has not switched on."""
    wanted = {
        VncConsole: options.vnc_enabled,
        SpiceConsole: options.spice_enabled,
        SerialConsole: options.serial_enabled,
    }
    return frozenset(kind for kind, on in wanted.items() if not on)


class LibvirtVncConsole(Reach, VncConsole):
    """A capability of the libvirt driver."""

    def vnc_console(self, uuid: str) -> ConsoleTarget:
        with readable("find the machine's screen"):
            return self._with(uuid, lambda domain: _screen(domain, "vnc"))


class LibvirtSpiceConsole(Reach, SpiceConsole):
    """A capability of the libvirt driver; with a port for TLS where qemu.conf has spice_tls."""

    def spice_console(self, uuid: str) -> ConsoleTarget:
        with readable("find the machine's screen"):
            return self._with(uuid, lambda domain: _screen(domain, "spice"))


class LibvirtSerialConsole(Reach, SerialConsole):
    """A capability of the libvirt driver. One at a time may talk to a port; a second one waits."""

    def serial_console(self, uuid: str) -> ConsoleTarget:
        with readable("find the machine's serial port"):
            return self._with(uuid, _serial)


def _screen(domain: libvirt.virDomain, kind: str) -> ConsoleTarget:
    screen = _running(domain).find(f"devices/graphics[@type='{kind}']")
    if screen is None:
        raise DriverRefused(f"The machine was made without a {kind.upper()} screen.")
    port, tls = _port(screen, "port"), _port(screen, "tlsPort")
    return ConsoleTarget(host=screen.get("listen"), port=port or tls, tls_port=tls)


def _serial(domain: libvirt.virDomain) -> ConsoleTarget:
    source = _running(domain).find("devices/serial/source[@mode='bind']")
    if source is None:
        raise DriverRefused("The machine was made without a serial port that can be talked to.")
    return ConsoleTarget(host=source.get("host"), port=int(source.get("service", "0")))


def _running(domain: libvirt.virDomain) -> Element:
    """The definition of a guest that runs, with the ports it was given."""
    try:
        if domain.isActive():
            return ElementTree.fromstring(domain.XMLDesc())
    except libvirt.libvirtError as error:
        if not is_gone(error):
            raise
    raise DriverRefused("The machine does not run.")


def _port(screen: Element, name: str) -> int | None:
    """libvirt writes -1 for a port that is not there."""
    number = int(screen.get(name, "-1"))
    return number if number > 0 else None
