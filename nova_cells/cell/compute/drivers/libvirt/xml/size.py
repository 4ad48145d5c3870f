# SPDX-License-Identifier: Apache-2.0
"""Memory and processors, as the flavor says."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan
from nova_cells.cell.compute.drivers.libvirt.xml.tree import add_text


def add_size(domain: Element, plan: Plan) -> None:
    """How much of each."""
    add_text(domain, "memory", str(plan.machine.memory_mb), unit="MiB")
    add_text(domain, "vcpu", str(plan.machine.vcpus))
