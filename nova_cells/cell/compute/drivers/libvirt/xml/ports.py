# SPDX-License-Identifier: Apache-2.0
"""What a definition notes of ports that something has to be made for before the guest starts.

Bridges and pairs of devices are gone after a start of the host, and whoever starts a guest then
knows its definition only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan
from nova_cells.cell.compute.drivers.service_ports import (
    bridge_of,
    device_of,
    is_hybrid,
    switch_of,
)

NAMESPACE = "urn:nova-cells:ports:1"
PREFIX = "nova-cells-ports"


@dataclass(frozen=True)
class HybridPort:
    """A port of an Open vSwitch whose packets are filtered on a bridge in front of it."""

    id: str
    mac: str
    network: str
    switch: str
    bridge: str
    device: str
    mtu: str


def hybrid_ports(nics: Iterable[dict[str, Any]]) -> list[HybridPort]:
    """Those among these interfaces."""
    return [
        HybridPort(
            id=nic["id"],
            mac=nic["mac"].lower(),
            network=nic["network_id"],
            switch=switch_of(nic),
            bridge=bridge_of(nic),
            device=device_of(nic),
            mtu=str(nic.get("mtu") or ""),
        )
        for nic in nics
        if is_hybrid(nic)
    ]


def add_ports(domain: Element, plan: Plan) -> None:
    """Those that the machine is made with."""
    ports, metadata = hybrid_ports(plan.machine.nics), domain.find("metadata")
    if ports and metadata is not None:
        metadata.append(element(ports, f"{{{NAMESPACE}}}"))


def element(ports: Iterable[HybridPort], namespace: str = "") -> Element:
    """Where libvirt sets it as metadata it puts the namespace in itself."""
    made = Element(f"{namespace}ports")
    for port in ports:
        SubElement(made, f"{namespace}port", asdict(port))
    return made


def read(domain: Element) -> list[HybridPort]:
    """From the definition of a whole domain."""
    found = domain.iterfind(f"metadata/{{{NAMESPACE}}}ports/{{{NAMESPACE}}}port")
    names = [field.name for field in fields(HybridPort)]
    return [HybridPort(**{name: port.get(name, "") for name in names}) for port in found]


ElementTree.register_namespace(PREFIX, NAMESPACE)
