# SPDX-License-Identifier: Apache-2.0
"""Plugs a device into a domain and pulls it out, in what runs and in what starts next time.

Each half is looked at first, so that whatever a crash left is finished; a device has one address in
both, or a guest would find it elsewhere after its next start.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import libvirt

from nova_cells.cell.compute.drivers.interface import DriverFailed
from nova_cells.cell.compute.drivers.libvirt.xml import tags

T = TypeVar("T")
Find = Callable[[Element], Element | None]
"""Finds the device in a domain's definition."""

Reaching = Callable[[Callable[[libvirt.virDomain], bool]], bool]
"""Does work on the domain, looked up anew."""

LIVE = libvirt.VIR_DOMAIN_AFFECT_LIVE
CONFIG = libvirt.VIR_DOMAIN_AFFECT_CONFIG
LOOK = 0.2
ASK_AGAIN = 5.0


def running(domain: libvirt.virDomain) -> Element | None:
    """The definition of what runs; None while it is off."""
    return ElementTree.fromstring(domain.XMLDesc(0)) if domain.isActive() else None


def kept(domain: libvirt.virDomain) -> Element:
    """The definition of what starts next time."""
    return ElementTree.fromstring(domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE))


def plug(domain: libvirt.virDomain, find: Find, device: Element) -> None:
    """Have the device in both definitions."""
    live = running(domain)
    if live is not None:
        if find(live) is None:
            domain.attachDeviceFlags(_text(device), LIVE)
        _settle_at(device, find(ElementTree.fromstring(domain.XMLDesc(0))))
    if find(kept(domain)) is None:
        domain.attachDeviceFlags(_text(device), CONFIG)


def unplug(reaching: Reaching, find: Find, timeout: float) -> None:
    """Have it in neither; the guest may take `timeout` seconds to let go."""
    deadline, ask_at = time.monotonic() + timeout, 0.0

    def once(domain: libvirt.virDomain) -> bool:
        live = running(domain)
        held = find(live) if live is not None else None
        if held is None:
            _drop(domain, find)
            return True
        nonlocal ask_at
        if time.monotonic() >= ask_at:
            _ask(domain, held)
            ask_at = time.monotonic() + ASK_AGAIN
        return False

    while not reaching(once):
        if time.monotonic() > deadline:
            raise DriverFailed("The guest does not let go of the device.")
        time.sleep(LOOK)


def tag(domain: libvirt.virDomain, device: str, name: str | None) -> None:
    """Have the device's tag be `name`, or nothing."""
    whole = kept(domain)
    known = tags.read(whole)
    wanted = {key: value for key, value in known.items() if key != device}
    wanted |= {device: name} if name else {}
    if wanted != known:
        flags = CONFIG | (LIVE if domain.isActive() else 0)
        text = _text(tags.element(wanted)) if wanted else None
        kind = libvirt.VIR_DOMAIN_METADATA_ELEMENT
        domain.setMetadata(kind, text, tags.PREFIX, tags.NAMESPACE, flags)


def _settle_at(device: Element, plugged: Element | None) -> None:
    place = plugged.find("address") if plugged is not None else None
    if place is not None and device.find("address") is None:
        device.append(place)


def _ask(domain: libvirt.virDomain, held: Element) -> None:
    """Tell the guest to let go. While it is still busy with the last time, that is no fault."""
    try:
        domain.detachDeviceFlags(_text(held), LIVE)
    except libvirt.libvirtError as error:
        if error.get_error_code() not in _NOT_NOW:
            raise


def _drop(domain: libvirt.virDomain, find: Find) -> None:
    left = find(kept(domain))
    if left is not None:
        domain.detachDeviceFlags(_text(left), CONFIG)


def _text(element: Element) -> str:
    return ElementTree.tostring(element, encoding="unicode")


_NOT_NOW = frozenset(
    {
        libvirt.VIR_ERR_DEVICE_MISSING,
        libvirt.VIR_ERR_INTERNAL_ERROR,
        libvirt.VIR_ERR_OPERATION_FAILED,
        libvirt.VIR_ERR_OPERATION_INVALID,
        libvirt.VIR_ERR_OPERATION_TIMEOUT,
    }
)
