# SPDX-License-Identifier: Apache-2.0
"""How much of the host's processors a guest may use, as its flavor says; the host needs cgroups."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan
from nova_cells.cell.compute.drivers.libvirt.xml.tree import add_text

LIMITS = ("shares", "period", "quota")


def add_tuning(domain: Element, plan: Plan) -> None:
    """Nothing without a limit."""
    specs = plan.machine.extra_specs
    limits = {name: specs[f"quota:cpu_{name}"] for name in LIMITS if f"quota:cpu_{name}" in specs}
    if limits:
        tune = SubElement(domain, "cputune")
        for name, amount in limits.items():
            add_text(tune, name, amount)
