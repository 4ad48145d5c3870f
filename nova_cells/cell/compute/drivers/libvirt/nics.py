# SPDX-License-Identifier: Apache-2.0
"""Interfaces that are plugged into a domain and pulled out, by their MAC."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import libvirt

from nova_cells.cell.compute.drivers.attaching import Nic, NicTagging
from nova_cells.cell.compute.drivers.libvirt.domains import Domains
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.plugging import Find, plug, tag, unplug
from nova_cells.cell.compute.drivers.libvirt.xml.nics import nic_element
from nova_cells.objects import Machine


class LibvirtNics(Domains, NicTagging):
    """The capability of the libvirt driver."""

    def attach_nic(self, machine: Machine, nic: Nic) -> None:
        device, mac = nic_element(nic, self._plan(machine)), nic["mac"].lower()

        def attach(domain: libvirt.virDomain) -> None:
            self._wire(machine, [nic])
            self._note_plugged(domain, nic)
            tag(domain, mac, nic.get("tag"))
            plug(domain, with_mac(mac), device)

        with readable("attach the interface"):
            self._with(machine.uuid, attach)

    def detach_nic(self, uuid: str, mac: str) -> None:
        mac = mac.lower()
        with readable("detach the interface"):
            unplug(lambda work: self._with(uuid, work), with_mac(mac), self._options.detach_timeout)
            self._with(uuid, lambda domain: tag(domain, mac, None))
            self._with(uuid, lambda domain: self._note_unplugged(domain, mac))
            self._hypervisor.run(lambda connection: self._unplug(connection, mac))


def with_mac(mac: str) -> Find:
    """Finds the interface in a definition."""

    def find(domain: Element) -> Element | None:
        for device in domain.iterfind("devices/interface"):
            place = device.find("mac")
            if place is not None and place.get("address", "").lower() == mac:
                return device
        return None

    return find
