# SPDX-License-Identifier: Apache-2.0
"""The definition of a guest that goes to another host: its devices in their places there.

What the guest sees of its hardware may not change on the way, so its own definition is the base;
only what the hosts see of it (files, addresses, bridges, the mark) is taken from the destination's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from nova_cells.cell.compute.drivers.interface import DriverRefused

Key = Callable[[Element], str | None]
INTERFACE = ("source", "virtualport", "target", "bandwidth")
CHOSEN = ("vnet", "vif", "macvtap", "macvlan")
"""How names of devices begin that libvirt gives."""


def grafted(travelling: str, resident: str) -> str:
    """The definition of a guest, with the places its destination's definition has for it."""
    guest, home = ElementTree.fromstring(travelling), ElementTree.fromstring(resident)
    _take(guest, home, ("metadata",))
    for kind, key, parts in PLACES:
        _place(guest, home, kind, key, parts)
    devices = guest.find("devices")
    assert devices is not None
    for console in devices.findall("console"):
        devices.remove(console)  # libvirt makes it again, from the first serial port
    _forget_own_paths(guest)
    _take_firmware(guest, home)
    return ElementTree.tostring(guest, encoding="unicode")


def disks_in(definition: str, folder: str) -> list[str]:
    """The guest's names of the disks that lie in this folder and that it can write to."""
    found = []
    for disk in ElementTree.fromstring(definition).iterfind("devices/disk"):
        source, target = disk.find("source"), disk.find("target")
        path = source.get("file", "") if source is not None else ""
        if target is not None and path.startswith(f"{folder}/") and disk.find("readonly") is None:
            found.append(target.get("dev", ""))
    return found


def _place(guest: Element, home: Element, kind: str, key: Key, parts: Iterable[str]) -> None:
    there = {key(device): device for device in home.iterfind(f"devices/{kind}")}
    for device in guest.iterfind(f"devices/{kind}"):
        place = there.get(key(device))
        if place is None:
            raise DriverRefused(
                "The destination does not know a device of the machine.", f"{kind} {key(device)}"
            )
        device.set("type", place.get("type", ""))
        if kind == "graphics":
            _be_like(device, place)
        _take(device, place, parts)


def _be_like(device: Element, place: Element) -> None:
    """A screen's server has all of its place in attributes."""
    for name in ("listen", "port", "tlsPort", "websocket", "autoport"):
        device.attrib.pop(name, None)
        if name in place.attrib:
            device.set(name, place.attrib[name])


def _take(device: Element, place: Element, parts: Iterable[str]) -> None:
    for part in parts:
        for old in device.findall(part):
            device.remove(old)
        for position, new in enumerate(place.findall(part)):
            device.insert(position, deepcopy(new))


def _forget_own_paths(guest: Element) -> None:
    """What libvirt has chosen on this host it chooses anew on the other."""
    for device in (*guest.iterfind("devices/channel"), *guest.iterfind("devices/interface")):
        for part in ("source", "target"):
            chosen = device.find(part)
            if chosen is not None:
                chosen.attrib.pop("path", None)
                if device.tag == "interface":
                    if part == "source" or chosen.get("dev", "").startswith(CHOSEN):
                        chosen.attrib.pop("dev", None)
                    chosen.attrib.pop("portid", None)


def _take_firmware(guest: Element, home: Element) -> None:
    """The file with the firmware's variables; what is in it travels with the memory."""
    own, there = guest.find("os/nvram"), home.find("os/nvram")
    if own is not None and there is not None:
        own.text = there.text


def _of_child(name: str, attribute: str) -> Key:
    def key(device: Element) -> str | None:
        child = device.find(name)
        return child.get(attribute, "").lower() if child is not None else None

    return key


PLACES: tuple[tuple[str, Key, tuple[str, ...]], ...] = (
    ("disk", _of_child("target", "dev"), ("source", "backingStore", "mirror")),
    ("interface", _of_child("mac", "address"), INTERFACE),
    ("serial", _of_child("target", "port"), ("source", "protocol", "log")),
    ("graphics", lambda device: device.get("type"), ("listen",)),
)
