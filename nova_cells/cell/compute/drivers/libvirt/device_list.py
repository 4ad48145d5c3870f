# SPDX-License-Identifier: Apache-2.0
"""Where a domain's interfaces and volumes are, read from its definition."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from nova_cells.cell.compute.drivers.attaching import Device, DeviceTagging
from nova_cells.cell.compute.drivers.libvirt.domains import Domains
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.xml import tags


class LibvirtDevices(Domains, DeviceTagging):
    """The capability of the libvirt driver."""

    def devices(self, uuid: str) -> list[Device]:
        with readable("tell where the machine's devices are"):
            text = self._with(uuid, lambda domain: domain.XMLDesc(0))
        return devices_of(ElementTree.fromstring(text))


def devices_of(domain: Element) -> list[Device]:
    """Interfaces, then volumes, each in the order of the definition."""
    known = tags.read(domain)
    found = [
        _device(nic, "nic", "mac", nic.find("mac").get("address", ""), known)  # type: ignore[union-attr]
        for nic in domain.iterfind("devices/interface")
    ]
    for disk in domain.iterfind("devices/disk"):
        if serial := disk.findtext("serial"):
            device = _device(disk, "disk", "serial", serial, known)
            found.append({**device, "path": f"/dev/{disk.find('target').get('dev')}"})  # type: ignore[union-attr]
    return found


def _device(element: Element, kind: str, key: str, name: str, known: dict[str, str]) -> Device:
    place = element.find("address")
    bus, address = _place(element, place.attrib if place is not None else {})
    own = [known[name]] if name in known else []
    return {"type": kind, "bus": bus, "address": address, key: name, "tags": own}


def _place(element: Element, at: dict[str, str]) -> tuple[str, str]:
    """The bus and the address as OpenStack writes them."""
    if at.get("type") == "pci":
        domain, bus, slot, function = (
            int(at.get(part, "0"), 16) for part in ("domain", "bus", "slot", "function")
        )
        return "pci", f"{domain:04x}:{bus:02x}:{slot:02x}.{function:x}"
    target = element.find("target")
    bus_name = target.get("bus", "") if target is not None else ""
    if at.get("type") == "drive":
        parts = ("controller", "bus", "target", "unit") if bus_name == "scsi" else ("bus", "unit")
        return bus_name, ":".join(at.get(part, "0") for part in parts)
    return bus_name, ":".join(at.get(part, "0") for part in ("bus", "port"))
