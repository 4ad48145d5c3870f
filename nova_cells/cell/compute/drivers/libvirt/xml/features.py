# SPDX-License-Identifier: Apache-2.0
"""Features of the board, and of QEMU itself."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan
from nova_cells.cell.compute.drivers.libvirt.xml.tree import add_text


def add_features(domain: Element, plan: Plan) -> None:
    """Without acpi no guest hears the power button."""
    features = SubElement(domain, "features")
    SubElement(features, "acpi")
    SubElement(features, "apic")
    if counting := plan.wish("hw_pmu"):
        SubElement(features, "pmu", state="on" if counting == "true" else "off")
    if plan.wants("hw_hide_hypervisor_id") and not plan.style.emulated:
        SubElement(SubElement(features, "kvm"), "hidden", state="on")
    if plan.style.emulated:
        size = str(plan.style.tb_cache_mb)
        add_text(SubElement(features, "tcg"), "tb-cache", size, unit="MiB")
