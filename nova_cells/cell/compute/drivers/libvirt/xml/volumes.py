# SPDX-License-Identifier: Apache-2.0
"""Disks that are kept elsewhere: how the host reaches them, what the guest sees of them."""

from __future__ import annotations

from pathlib import Path
from string import ascii_lowercase
from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.attaching import Volume
from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.xml import encryption, network
from nova_cells.cell.compute.drivers.libvirt.xml.buses import PREFIX, disk_bus, known_bus
from nova_cells.cell.compute.drivers.libvirt.xml.iotune import add_iotune
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan

QCOW2 = b"QFI\xfb"
FORMATS = ("raw", "qcow2")
"""raw where the connection names none: what a guest has written to its disk is never believed."""


REACHED = ("local", "rbd")
"""What QEMU opens by itself, a path on this host or an image of Ceph's."""


def reach(volume: Volume) -> None:
    """Refused where it is not within this host's reach."""
    if volume["connection"]["driver_volume_type"] == "local" and not _path(volume).exists():
        raise DriverRefused("The volume is not within this host's reach.", str(_path(volume)))
    network.check(volume)


def volume_element(volume: Volume, name: str, plan: Plan, boot: int | None = None) -> Element:
    """The disk under this name; `boot`: its place among those the guest starts from."""
    data = volume["connection"]["data"]
    disk = Element("disk", device="disk")
    kind = _format(volume)
    if kind not in FORMATS:
        raise DriverRefused(f"The volume has the format {kind!r}, which is unknown.")
    cache = plan.style.disk_cache
    bus = bus_of(volume, plan)
    packed = {"packed": "on"} if bus == "virtio" and plan.packed else {}
    SubElement(disk, "driver", name="qemu", type=kind, cache=cache, discard="unmap", **packed)
    _add_source(disk, volume)
    SubElement(disk, "target", dev=name, bus=bus)
    if boot:
        SubElement(disk, "boot", order=str(boot))
    serial = SubElement(disk, "serial")
    serial.text = volume["id"]
    if data.get("access_mode") == "ro":
        SubElement(disk, "readonly")
    if volume.get("shared"):
        SubElement(disk, "shareable")
    add_iotune(disk, plan)
    return disk


def _format(volume: Volume) -> str:
    """As told. Cinder calls its encrypted files raw that are qcow2 with LUKS inside.

    Only of such a file the header is believed: no guest has ever written to it in the clear.
    """
    connection = volume["connection"]
    told: str = connection["data"].get("format") or "raw"
    if volume.get("encryption") and connection["driver_volume_type"] == "local" and told == "raw":
        with _path(volume).open("rb") as file:
            return "qcow2" if file.read(4) == QCOW2 else told
    return told


def _add_source(disk: Element, volume: Volume) -> None:
    """Where the hypervisor finds it, and with which secret it reads it."""
    if volume["connection"]["driver_volume_type"] == "rbd":
        source = network.rbd(disk, volume["connection"]["data"])
    else:
        path = _path(volume)
        block = path.is_block_device()
        disk.set("type", "block" if block else "file")
        source = SubElement(disk, "source", {"dev" if block else "file": str(path)})
    if volume.get("encryption"):
        encryption.add(source, volume)


def bus_of(volume: Volume, plan: Plan) -> str:
    """Its own, or that of the guest's other disks."""
    return known_bus(volume["bus"], "the volume", plan) if volume.get("bus") else disk_bus(plan)


def free_name(volume: Volume, taken: set[str], plan: Plan) -> str:
    """The first that no other disk of the guest has."""
    prefix = PREFIX[bus_of(volume, plan)]
    names = [prefix + letter for letter in ascii_lowercase]
    names += [prefix + one + other for one in ascii_lowercase for other in ascii_lowercase]
    return next(name for name in names if name not in taken)


def _path(volume: Volume) -> Path:
    connection = volume["connection"]
    if connection["driver_volume_type"] != "local":
        kind = connection["driver_volume_type"]
        raise DriverRefused(f"This host can't connect a volume by {kind!r}.")
    path = Path(connection["data"]["device_path"])
    if not path.is_absolute():
        raise DriverRefused("The volume's path on the host is not absolute.", str(path))
    return path
