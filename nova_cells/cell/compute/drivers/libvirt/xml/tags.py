# SPDX-License-Identifier: Apache-2.0
"""The tags of a guest's devices, kept in the domain's metadata by MAC or volume.

libvirt has no tags of its own, and what is kept beside the domain would not move with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.libvirt.marks import printable
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan

NAMESPACE = "urn:nova-cells:devices:1"
PREFIX = "nova-cells-devices"


def add_tags(domain: Element, plan: Plan) -> None:
    """Those that the machine is made with."""
    tags = dict(_tags(plan.machine.nics, "mac")) | dict(_tags(plan.machine.volumes, "id"))
    metadata = domain.find("metadata")
    if tags and metadata is not None:
        metadata.append(element(tags, f"{{{NAMESPACE}}}"))


def element(tags: dict[str, str], namespace: str = "") -> Element:
    """Device → tag; where libvirt sets it as metadata it puts the namespace in itself."""
    made = Element(f"{namespace}devices")
    for device, tag in tags.items():
        SubElement(made, f"{namespace}device", name=device, tag=printable(tag))
    return made


def read(domain: Element) -> dict[str, str]:
    """Device → tag, from the definition of a whole domain."""
    found = domain.iterfind(f"metadata/{{{NAMESPACE}}}devices/{{{NAMESPACE}}}device")
    return {device.get("name", ""): device.get("tag", "") for device in found}


def _tags(documents: Iterable[dict[str, Any]], key: str) -> Iterable[tuple[str, str]]:
    return [(one[key].lower(), one["tag"]) for one in documents if one.get("tag")]


ElementTree.register_namespace(PREFIX, NAMESPACE)
