# SPDX-License-Identifier: Apache-2.0
"""The definition of a guest as libvirt reads it.

Built as a tree and never by pasting text: names and properties come from users.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from nova_cells import __version__
from nova_cells.cell.compute.drivers.libvirt import marks
from nova_cells.cell.compute.drivers.libvirt.disks_xml import add_disks
from nova_cells.cell.compute.drivers.libvirt.folder import Folder
from nova_cells.objects import Machine


@dataclass(frozen=True)
class Style:
    """What the host's configuration says of every guest."""

    virt_type: str = "qemu"
    machine_type: str = "pc"
    cpu_mode: str = "auto"
    tb_cache_mb: int = 64
    vnc_listen: str | None = None
    disk_cache: str = "none"


def domain_xml(
    machine: Machine, folder: Folder, mark: marks.Mark, style: Style, *, rescue: bool = False
) -> str:
    """The whole definition; `rescue`: of one that starts from its rescue disk."""
    properties = dict(machine.image.properties) if machine.image else {}
    domain = Element("domain", type=style.virt_type)
    _text(domain, "name", domain_name(machine.uuid))
    _text(domain, "uuid", machine.uuid)
    metadata = SubElement(domain, "metadata")
    metadata.append(marks.element(mark, machine.name))
    _text(domain, "memory", str(machine.memory_mb), unit="MiB")
    _text(domain, "vcpu", str(machine.vcpus))
    _add_system(domain, machine, properties, style)
    _add_cpu(domain, style)
    _add_clock(domain, style)
    for event, answer in (("poweroff", "destroy"), ("reboot", "restart"), ("crash", "destroy")):
        _text(domain, f"on_{event}", answer)
    _add_devices(domain, machine, folder, properties, style, rescue)
    return ElementTree.tostring(domain, encoding="unicode")


def domain_name(uuid: str) -> str:
    """libvirt's own name of a guest; unique because the uuid is."""
    return f"instance-{uuid}"


def _add_system(
    domain: Element, machine: Machine, properties: dict[str, str], style: Style
) -> None:
    """Firmware, board, what the firmware tells the guest of its maker, and QEMU's own features."""
    board = properties.get("hw_machine_type") or style.machine_type
    uefi = properties.get("hw_firmware_type") == "uefi"
    system = SubElement(domain, "os", {"firmware": "efi"} if uefi else {})
    _text(system, "type", "hvm", arch="x86_64", machine="q35" if uefi and board == "pc" else board)
    SubElement(system, "boot", dev="hd")
    SubElement(system, "smbios", mode="sysinfo")
    _add_sysinfo(domain, machine)
    features = SubElement(domain, "features")
    SubElement(features, "acpi")
    SubElement(features, "apic")
    if style.virt_type == "qemu":
        _text(SubElement(features, "tcg"), "tb-cache", str(style.tb_cache_mb), unit="MiB")


def _add_sysinfo(domain: Element, machine: Machine) -> None:
    # Guests' own tools know an OpenStack cloud by this product name.
    system = SubElement(SubElement(domain, "sysinfo", type="smbios"), "system")
    for name, value in (
        ("manufacturer", "OpenStack Foundation"),
        ("product", "OpenStack Compute"),
        ("version", __version__),
        ("serial", machine.uuid),
        ("uuid", machine.uuid),
        ("family", "Virtual Machine"),
    ):
        _text(system, "entry", value, name=name)


def _add_cpu(domain: Element, style: Style) -> None:
    mode = style.cpu_mode
    if mode == "auto":
        mode = "host-model" if style.virt_type == "kvm" else "none"
    if mode != "none":
        SubElement(domain, "cpu", mode=mode, check="partial")


def _add_clock(domain: Element, style: Style) -> None:
    clock = SubElement(domain, "clock", offset="utc")
    if style.virt_type == "kvm":  # an emulated guest that is late has no time to catch up
        SubElement(clock, "timer", name="pit", tickpolicy="delay")
        SubElement(clock, "timer", name="rtc", tickpolicy="catchup")
    SubElement(clock, "timer", name="hpet", present="no")


def _add_devices(
    domain: Element,
    machine: Machine,
    folder: Folder,
    properties: dict[str, str],
    style: Style,
    rescue: bool,
) -> None:
    devices = SubElement(domain, "devices")
    add_disks(devices, machine, folder, properties, style.disk_cache, rescue=rescue)
    serial = SubElement(devices, "serial", type="file")
    # Appending lets the log be cut while the guest runs.
    SubElement(serial, "source", path=str(folder.console), append="on")
    SubElement(serial, "target", port="0")
    random = SubElement(devices, "rng", model="virtio")
    _text(random, "backend", "/dev/urandom", model="random")
    SubElement(devices, "memballoon", model="virtio")
    if style.vnc_listen:
        screen = SubElement(devices, "graphics", type="vnc", autoport="yes")
        SubElement(screen, "listen", type="address", address=style.vnc_listen)
        SubElement(SubElement(devices, "video"), "model", type="vga")


def _text(parent: Element, tag: str, text: str, **attributes: str) -> Element:
    made = SubElement(parent, tag, attributes)
    made.text = text
    return made
