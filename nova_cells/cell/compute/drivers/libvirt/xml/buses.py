# SPDX-License-Identifier: Apache-2.0
"""By which bus a guest reaches a disk, and the controllers that buses need."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan

OTHERS = 5  # random numbers, balloon, channel, screen, controller: what is plugged into a port too
PREFIX = {"virtio": "vd", "scsi": "sd", "sata": "sd", "usb": "sd", "ide": "hd", "fdc": "fd"}


def disk_bus(plan: Plan) -> str:
    """Of disks that can be written to."""
    return known_bus(plan.wish("hw_disk_bus") or "virtio", "the image", plan)


def cdrom_bus(plan: Plan) -> str:
    """Of the config drive."""
    own = "sata" if plan.has_pcie else "ide"
    return known_bus(plan.wish("hw_cdrom_bus") or own, "the image", plan)


def known_bus(bus: str, asker: str, plan: Plan) -> str:
    """The bus, where such a guest can have it."""
    if bus not in PREFIX:
        raise DriverRefused(f"This host has no disk bus {bus!r}, for which {asker} asks.")
    if bus == "ide" and plan.has_pcie:
        raise DriverRefused(f"A q35 board has no IDE disks, for which {asker} asks.")
    return bus


def add_controllers(devices: Element, plan: Plan) -> None:
    """Those that libvirt's own choice would not do for, once all devices are there."""
    buses = {target.get("bus") for target in devices.iterfind("disk/target")}
    buses |= {one.get("bus") for one in devices.iterfind("input")}
    # libvirt's own choice has a timer that fires a thousand times a second, in idle guests too.
    asked = plan.wish("hw_usb_model")
    usb = asked or ("qemu-xhci" if "usb" in buses else "none")
    SubElement(devices, "controller", type="usb", index="0", model=usb)
    if "scsi" in buses:
        devices.append(scsi_controller(plan))
    if plan.has_pcie:
        _add_ports(devices, plan)


def scsi_controller(plan: Plan) -> Element:
    """Of the model the image names."""
    model = plan.wish("hw_scsi_model") or "virtio-scsi"
    return Element("controller", type="scsi", index="0", model=model)


def _add_ports(devices: Element, plan: Plan) -> None:
    """A PCI Express device is plugged into a port of its own: some are left free for later."""
    taken = len(devices.findall("disk")) + len(devices.findall("interface")) + OTHERS
    SubElement(devices, "controller", type="pci", index="0", model="pcie-root")
    for number in range(1, plan.style.hotplug_ports + taken + 1):
        SubElement(devices, "controller", type="pci", index=str(number), model="pcie-root-port")
