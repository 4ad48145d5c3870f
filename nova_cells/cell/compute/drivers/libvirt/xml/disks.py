# SPDX-License-Identifier: Apache-2.0
"""A guest's disks in its definition, in the order in which it sees them.

The one it starts from has boot order 1. A rescue disk comes before all others, whose names move on;
or, where its image asks for a device or a bus of its own, after them, and they keep their names.
"""

from __future__ import annotations

from pathlib import Path
from string import ascii_lowercase
from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.attaching import Volume
from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.xml.buses import (
    PREFIX,
    cdrom_bus,
    disk_bus,
    known_bus,
)
from nova_cells.cell.compute.drivers.libvirt.xml.iotune import add_iotune
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan
from nova_cells.cell.compute.drivers.libvirt.xml.volumes import free_name, volume_element
from nova_cells.objects import ImageFacts

RESCUE_BUSES = {"disk": "virtio", "floppy": "fdc"}


def add_disks(devices: Element, plan: Plan) -> None:
    """Root, ephemeral, swap, volumes, config drive: what is there of them."""
    machine, folder, bus = plan.machine, plan.folder, disk_bus(plan)
    shelf, rescue = _Shelf(devices, plan), plan.rescue
    stable = rescue is not None and is_stable(rescue)
    if rescue and not stable:
        shelf.add("disk", "qcow2", folder.rescue, bus, boot=1)
    root = plan.root_volume
    if root:
        shelf.add_volume(root, boot=None if rescue else 1)
    else:
        disc = machine.image is not None and machine.image.disk_format == "iso"
        device, its_bus = ("cdrom", cdrom_bus(plan)) if disc else ("disk", bus)
        shelf.add(device, "qcow2", folder.root, its_bus, boot=None if rescue else 1)
    for number in range(len(machine.ephemeral_sizes())):
        shelf.add("disk", "raw", folder.ephemeral(number), bus)
    if machine.swap_mb:
        shelf.add("disk", "raw", folder.swap, bus)
    for volume in machine.volumes:
        if volume is not root:
            shelf.add_volume(volume)
    if machine.config_drive:
        shelf.add("cdrom", "raw", folder.config_drive, cdrom_bus(plan))
    if rescue and stable:
        shelf.add(_device(rescue), "qcow2", folder.rescue, _rescue_bus(rescue, plan), boot=1)


def is_stable(image: ImageFacts) -> bool:
    """Whether a rescue image is to be a device of its own beside all others."""
    return any(image.properties.get(name) for name in ("hw_rescue_device", "hw_rescue_bus"))


def _device(image: ImageFacts) -> str:
    device = image.properties.get("hw_rescue_device") or "disk"
    if device not in ("disk", "cdrom", "floppy"):
        raise DriverRefused(f"The image asks for a rescue device {device!r}, which is unknown.")
    return device


def _rescue_bus(image: ImageFacts, plan: Plan) -> str:
    own = RESCUE_BUSES.get(_device(image)) or cdrom_bus(plan)
    return known_bus(image.properties.get("hw_rescue_bus") or own, "the rescue image", plan)


class _Shelf:
    """Adds disks and names them: vda, vdb, …; sda, sdb, …; each bus family counts for itself."""

    def __init__(self, devices: Element, plan: Plan) -> None:
        self._devices = devices
        self._plan = plan
        self._names: set[str] = set()

    def add(self, device: str, kind: str, path: Path, bus: str, *, boot: int | None = None) -> None:
        """A file in the machine's folder."""
        disk = SubElement(self._devices, "disk", type="file", device=device)
        driver = {"name": "qemu", "type": kind, "cache": self._plan.style.disk_cache}
        packed = {"packed": "on"} if bus == "virtio" and self._plan.packed else {}
        SubElement(disk, "driver", {**driver, "discard": "unmap", **packed})
        SubElement(disk, "source", file=str(path))
        SubElement(disk, "target", dev=self._name(PREFIX[bus]), bus=bus)
        if boot:
            SubElement(disk, "boot", order=str(boot))
        if device == "cdrom":
            SubElement(disk, "readonly")
        elif device == "disk":
            add_iotune(disk, self._plan)

    def add_volume(self, volume: Volume, *, boot: int | None = None) -> None:
        """A disk that is kept elsewhere."""
        name = free_name(volume, self._names, self._plan)
        self._names.add(name)
        self._devices.append(volume_element(volume, name, self._plan, boot))

    def _name(self, prefix: str) -> str:
        names = (prefix + letter for letter in ascii_lowercase)
        name = next(free for free in names if free not in self._names)
        self._names.add(name)
        return name
