# SPDX-License-Identifier: Apache-2.0
"""Board and firmware, and what the firmware tells the guest of its maker."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells import __version__
from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan
from nova_cells.cell.compute.drivers.libvirt.xml.tree import add_text

MENU_MS = "3000"


def add_system(domain: Element, plan: Plan) -> None:
    """The board; from which disk it starts is said by the disks."""
    system = SubElement(domain, "os", {"firmware": "efi"} if plan.uefi else {})
    add_text(system, "type", "hvm", arch="x86_64", machine=plan.board)
    _add_firmware(system, plan)
    if plan.wants("hw_boot_menu"):
        SubElement(system, "bootmenu", enable="yes", timeout=MENU_MS)
    SubElement(system, "smbios", mode="sysinfo")


def _add_firmware(system: Element, plan: Plan) -> None:
    """What the guest has UEFI remember goes where its disks are, and goes with them."""
    secure = plan.wish("os_secure_boot") == "required"
    if secure and not plan.uefi:
        raise DriverRefused("Secure boot needs an image with hw_firmware_type uefi.")
    if secure and not plan.has_pcie:
        raise DriverRefused("Secure boot needs a q35 board in hw_machine_type.")
    if not plan.uefi:
        return
    firmware = SubElement(system, "firmware")
    SubElement(firmware, "feature", enabled="yes" if secure else "no", name="secure-boot")
    if secure:
        SubElement(firmware, "feature", enabled="yes", name="enrolled-keys")
    add_text(system, "nvram", str(plan.folder.nvram))


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
