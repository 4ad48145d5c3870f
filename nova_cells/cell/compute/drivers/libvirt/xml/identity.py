# SPDX-License-Identifier: Apache-2.0
"""What a guest is called, and the mark that says whose it is."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.libvirt import marks
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan
from nova_cells.cell.compute.drivers.libvirt.xml.tree import add_text


def add_identity(domain: Element, plan: Plan) -> None:
    """Name, uuid, mark."""
    add_text(domain, "name", domain_name(plan.machine.uuid))
    add_text(domain, "uuid", plan.machine.uuid)
    metadata = SubElement(domain, "metadata")
    metadata.append(marks.element(plan.mark, plan.machine.name))


def domain_name(uuid: str) -> str:
    """libvirt's own name of a guest; unique because the uuid is."""
    return f"instance-{uuid}"
