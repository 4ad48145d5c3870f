# SPDX-License-Identifier: Apache-2.0
"""What has to be on a host before a guest's interfaces can be, and goes with them."""

from __future__ import annotations

from collections.abc import Iterable

import libvirt

from nova_cells.cell.compute.drivers.libvirt import hybrid_ports
from nova_cells.cell.compute.drivers.libvirt.local_network import LibvirtLocalNetwork
from nova_cells.cell.compute.drivers.libvirt.network_xml import Nic
from nova_cells.cell.compute.drivers.libvirt.xml import ports
from nova_cells.cell.compute.drivers.service_ports import insist_on_pluggable, is_of_service
from nova_cells.objects import Machine


class Wiring(LibvirtLocalNetwork):
    """Mixed into every driver that uses libvirt."""

    def _wire(self, machine: Machine, nics: Iterable[Nic] | None = None) -> None:
        """Have a place for the machine's interfaces, or for these of them."""
        wanted = list(machine.nics if nics is None else nics)
        for nic in filter(is_of_service, wanted):
            insist_on_pluggable(nic)
        super()._wire(machine, wanted)
        hybrid_ports.plug(ports.hybrid_ports(wanted), machine.uuid)

    def _unwire(self, connection: libvirt.virConnect, domain: libvirt.virDomain) -> None:
        super()._unwire(connection, domain)
        hybrid_ports.unplug(hybrid_ports.of_domain(domain), domain.UUIDString())

    def _note_plugged(self, domain: libvirt.virDomain, nic: Nic) -> None:
        """The definition is to say what its next start needs."""
        hybrid_ports.note(domain, ports.hybrid_ports([nic]))

    def _note_unplugged(self, domain: libvirt.virDomain, mac: str) -> None:
        """Its device is gone: so goes what was made for it."""
        gone = [port for port in hybrid_ports.of_domain(domain) if port.mac == mac]
        hybrid_ports.unplug(gone, domain.UUIDString())
        hybrid_ports.note(domain, [], dropped=mac)
