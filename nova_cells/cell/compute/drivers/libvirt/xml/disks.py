# SPDX-License-Identifier: Apache-2.0
"""A guest's disks in its definition, in the order in which it sees them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.libvirt.xml.buses import PREFIX, cdrom_bus, disk_bus
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan


def add_disks(devices: Element, plan: Plan) -> None:
    """Root, ephemeral, swap, config drive: what is there of them; in rescue one more before all."""
    machine, folder, bus = plan.machine, plan.folder, disk_bus(plan)
    shelf = _Shelf(devices, plan.style.disk_cache)
    if plan.rescue:
        shelf.add("disk", "qcow2", folder.rescue, bus)
    shelf.add("disk", "qcow2", folder.root, bus)
    for number in range(len(machine.ephemeral_sizes())):
        shelf.add("disk", "raw", folder.ephemeral(number), bus)
    if machine.swap_mb:
        shelf.add("disk", "raw", folder.swap, bus)
    if machine.config_drive:
        shelf.add("cdrom", "raw", folder.config_drive, cdrom_bus(plan))


class _Shelf:
    """Adds disks and names them: vda, vdb, …; sda, sdb, …; each bus family counts for itself."""

    def __init__(self, devices: Element, cache: str) -> None:
        self._devices = devices
        self._cache = cache
        self._letters: dict[str, Iterator[str]] = {}

    def add(self, device: str, kind: str, path: Path, bus: str) -> None:
        disk = SubElement(self._devices, "disk", type="file", device=device)
        driver = {"name": "qemu", "type": kind, "cache": self._cache, "discard": "unmap"}
        SubElement(disk, "driver", driver)
        SubElement(disk, "source", file=str(path))
        SubElement(disk, "target", dev=self._name(bus), bus=bus)
        if device == "cdrom":
            SubElement(disk, "readonly")

    def _name(self, bus: str) -> str:
        prefix = PREFIX[bus]
        return prefix + next(self._letters.setdefault(prefix, iter("abcdefghijklmnop")))
