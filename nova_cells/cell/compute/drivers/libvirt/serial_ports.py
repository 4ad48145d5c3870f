# SPDX-License-Identifier: Apache-2.0
"""Which TCP port each guest's serial console has: libvirt chooses none, as it does for screens.

Ports are kept in the guests' definitions only, anybody's on that host: they are read once, and a
port given out since then counts as taken until its guest is gone.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable
from xml.etree import ElementTree

import libvirt

from nova_cells.cell.compute.drivers.interface import DriverRefused

Ports = dict[str, int]
"""Machine → its port."""

TRIES = 5
STRIDE = 101  # from a port that somebody else has taken to the next one tried
TAKEN = "Address already in use"


class SerialPorts:
    """`span`: "first:last". `read` answers the ports that definitions name."""

    def __init__(self, span: str, read: Callable[[], Ports]) -> None:
        first, _, last = span.partition(":")
        self._range = range(int(first), int(last) + 1)
        self._read = read
        self._lock = threading.Lock()
        self._taken: Ports | None = None

    def of(self, uuid: str) -> int:
        """The same one for as long as the machine is there."""
        with self._lock:
            if self._taken is None:
                self._taken = self._read()
            if uuid not in self._taken:
                self._taken[uuid] = self._free(uuid, set(self._taken.values()))
            return self._taken[uuid]

    def free(self, uuid: str) -> None:
        """The machine is gone."""
        with self._lock:
            if self._taken is not None:
                self._taken.pop(uuid, None)

    def _free(self, uuid: str, taken: set[int]) -> int:
        """Begins where the uuid says, so that a port is seldom another guest's soon after."""
        size = len(self._range)
        start = zlib.crc32(uuid.encode())
        for step in range(size):
            port = self._range[(start + step) % size]
            if port not in taken:
                return port
        raise DriverRefused(f"All {size} ports for serial consoles of this host are taken.")


def ports_in_use(connection: libvirt.virConnect) -> Ports:
    """Of every domain there is, ours or not."""
    found = {}
    for domain in connection.listAllDomains():
        source = ElementTree.fromstring(domain.XMLDesc()).find("devices/serial/source[@service]")
        if source is not None:
            found[domain.UUIDString()] = int(source.get("service", "0"))
    return found


def start(domain: libvirt.virDomain, *, held: bool = False) -> None:
    """Start it; a port that a stranger has taken since it was given out is left to them."""
    flags = libvirt.VIR_DOMAIN_START_PAUSED if held else 0
    for _ in range(TRIES):
        try:
            domain.createWithFlags(flags)
        except libvirt.libvirtError as error:
            if TAKEN not in str(error) or not _move(domain):
                raise
        else:
            return
    domain.createWithFlags(flags)


def _move(domain: libvirt.virDomain) -> bool:
    """Give its serial console another port, if it has one."""
    definition = ElementTree.fromstring(domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE))
    source = definition.find("devices/serial/source[@service]")
    if source is None:
        return False
    source.set("service", str(int(source.get("service", "0")) + STRIDE))
    for console in definition.findall("devices/console"):
        definition.find("devices").remove(console)  # libvirt makes it again, from the serial port
    domain.connect().defineXML(ElementTree.tostring(definition, encoding="unicode"))
    return True
