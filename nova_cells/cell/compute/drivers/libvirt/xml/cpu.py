# SPDX-License-Identifier: Apache-2.0
"""The processor and the clock a guest sees."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan


def add_cpu(domain: Element, plan: Plan) -> None:
    """The model, where it is not to be QEMU's own default."""
    mode = plan.style.cpu_mode
    if mode == "auto":
        mode = "none" if plan.style.emulated else "host-model"
    if mode != "none":
        SubElement(domain, "cpu", mode=mode, check="partial")


def add_clock(domain: Element, plan: Plan) -> None:
    """An emulated guest that is late has no time to catch up."""
    clock = SubElement(domain, "clock", offset="utc")
    if not plan.style.emulated:
        SubElement(clock, "timer", name="pit", tickpolicy="delay")
        SubElement(clock, "timer", name="rtc", tickpolicy="catchup")
    SubElement(clock, "timer", name="hpet", present="no")
