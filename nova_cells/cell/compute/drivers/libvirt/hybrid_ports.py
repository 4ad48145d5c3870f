# SPDX-License-Identifier: Apache-2.0
"""Ports of an Open vSwitch whose packets are filtered on a bridge in front of it, made by os-vif.

All other ports need nothing of ours: libvirt puts the guest's device where its definition says.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import libvirt

from nova_cells.cell.compute.drivers.libvirt.xml import ports
from nova_cells.cell.compute.drivers.libvirt.xml.ports import HybridPort

CONFIG = libvirt.VIR_DOMAIN_AFFECT_CONFIG
LIVE = libvirt.VIR_DOMAIN_AFFECT_LIVE
_OVSDB = ["tcp:127.0.0.1:6640"]


def use(ovsdb: str) -> None:
    """Where the database of this host's switch listens."""
    _OVSDB[:] = [ovsdb]


def plug(wanted: Iterable[HybridPort], uuid: str) -> None:
    """Have what these need."""
    for port in wanted:
        _os_vif().plug(port, uuid)


def unplug(left: Iterable[HybridPort], uuid: str) -> None:
    """Have nothing of these."""
    for port in left:
        _os_vif().unplug(port, uuid)


def of_domain(domain: libvirt.virDomain) -> list[HybridPort]:
    """Those that its definition notes."""
    return ports.read(_kept(domain))


def plug_again(domain: libvirt.virDomain) -> None:
    """Have what a guest needs that is about to start, whatever its host went through."""
    plug(of_domain(domain), domain.UUIDString())


def note(domain: libvirt.virDomain, added: list[HybridPort], dropped: str | None = None) -> None:
    """Have the definition note these too, and nothing of the one with this MAC."""
    known = {port.mac: port for port in of_domain(domain)}
    wanted = {**known, **{port.mac: port for port in added}}
    wanted.pop(dropped or "", None)
    if wanted == known:
        return
    flags = CONFIG | (LIVE if domain.isActive() else 0)
    made = ports.element(wanted.values())
    text = ElementTree.tostring(made, encoding="unicode") if wanted else None
    kind = libvirt.VIR_DOMAIN_METADATA_ELEMENT
    domain.setMetadata(kind, text, ports.PREFIX, ports.NAMESPACE, flags)


def _os_vif() -> ModuleType:
    from nova_cells.cell.compute.drivers.libvirt import os_vif_ports  # slow, and seldom needed

    os_vif_ports.set_up(_OVSDB[0])
    return os_vif_ports


def _kept(domain: libvirt.virDomain) -> Element:
    return ElementTree.fromstring(domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE))
