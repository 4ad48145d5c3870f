# SPDX-License-Identifier: Apache-2.0
"""A guest's disks in its definition, in the order in which it sees them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.folder import Folder
from nova_cells.objects import Machine

PREFIX = {"virtio": "vd", "scsi": "sd", "sata": "sd", "usb": "sd", "ide": "hd"}
SCSI_MODELS = {"virtio-scsi", "lsilogic", "lsisas1068", "lsisas1078", "ibmvscsi"}


def add_disks(
    devices: Element,
    machine: Machine,
    folder: Folder,
    properties: dict[str, str],
    cache: str,
    *,
    rescue: bool = False,
) -> None:
    """Root, ephemeral, swap, config drive: what is there of them; `rescue`: one more before all."""
    bus = _bus(properties, "hw_disk_bus", "virtio")
    shelf = _Shelf(devices, cache)
    if rescue:
        shelf.add("disk", "qcow2", folder.rescue, bus)
    shelf.add("disk", "qcow2", folder.root, bus)
    for number in range(len(machine.ephemeral_sizes())):
        shelf.add("disk", "raw", folder.ephemeral(number), bus)
    if machine.swap_mb:
        shelf.add("disk", "raw", folder.swap, bus)
    cdrom_bus = _bus(properties, "hw_cdrom_bus", _own_cdrom_bus(properties))
    if machine.config_drive:
        shelf.add("cdrom", "raw", folder.config_drive, cdrom_bus)
    if "usb" not in (bus, cdrom_bus):
        # libvirt's own choice has a timer that fires a thousand times a second, in idle guests too.
        SubElement(devices, "controller", type="usb", index="0", model="none")
    if "scsi" in (bus, cdrom_bus):
        SubElement(devices, "controller", type="scsi", index="0", model=_scsi_model(properties))


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


def _bus(properties: dict[str, str], name: str, default: str) -> str:
    bus = properties.get(name) or default
    if bus not in PREFIX:
        raise DriverRefused(f"The image asks for a disk bus {bus!r} in {name}, which is unknown.")
    return bus


def _own_cdrom_bus(properties: dict[str, str]) -> str:
    q35 = "q35" in properties.get("hw_machine_type", "")
    return "sata" if q35 or properties.get("hw_firmware_type") == "uefi" else "ide"


def _scsi_model(properties: dict[str, str]) -> str:
    model = properties.get("hw_scsi_model") or "virtio-scsi"
    if model not in SCSI_MODELS:
        raise DriverRefused(f"The image asks for a SCSI controller {model!r}, which is unknown.")
    return model
