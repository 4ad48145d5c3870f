# SPDX-License-Identifier: Apache-2.0
"""Board and firmware, and what the firmware tells the guest of its maker."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells import __version__
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan
from nova_cells.cell.compute.drivers.libvirt.xml.tree import add_text


def add_system(domain: Element, plan: Plan) -> None:
    """The board, and from what it starts."""
    board = plan.properties.get("hw_machine_type") or plan.style.machine_type
    uefi = plan.properties.get("hw_firmware_type") == "uefi"
    system = SubElement(domain, "os", {"firmware": "efi"} if uefi else {})
    machine = "q35" if uefi and board == "pc" else board
    add_text(system, "type", "hvm", arch="x86_64", machine=machine)
    SubElement(system, "boot", dev="hd")
    SubElement(system, "smbios", mode="sysinfo")


def add_sysinfo(domain: Element, plan: Plan) -> None:
    """Guests' own tools know an OpenStack cloud by this product name."""
    system = SubElement(SubElement(domain, "sysinfo", type="smbios"), "system")
    for name, value in (
        ("manufacturer", "OpenStack Foundation"),
        ("product", "OpenStack Compute"),
        ("version", __version__),
        ("serial", plan.machine.uuid),
        ("uuid", plan.machine.uuid),
        ("family", "Virtual Machine"),
    ):
        add_text(system, "entry", value, name=name)
