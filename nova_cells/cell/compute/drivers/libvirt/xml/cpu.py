# SPDX-License-Identifier: Apache-2.0
"""The processor and the clock a guest sees."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.libvirt.xml.numa import add_numa
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan
from nova_cells.cell.compute.drivers.libvirt.xml.topology import topology_of


def add_cpu(domain: Element, plan: Plan) -> None:
    """The model, where it is not to be QEMU's own default, and how its cores hang together."""
    mode = plan.style.cpu_mode
    if mode == "auto":
        mode = "none" if plan.style.emulated else "host-model"
    topology = topology_of(plan)
    if mode == "none" and topology is None and not plan.wish("hw_numa_nodes"):
        return
    cpu = SubElement(domain, "cpu", {} if mode == "none" else {"mode": mode, "check": "partial"})
    if topology is not None:
        SubElement(cpu, "topology", {name: str(count) for name, count in topology.items()})
    add_numa(cpu, plan)


def add_clock(domain: Element, plan: Plan) -> None:
    """Windows reads the hardware's clock as local time; cells have none, so that is UTC too.

    An emulated guest that is late has no time to catch up.
    """
    windows = plan.properties.get("os_type") == "windows"
    clock = SubElement(domain, "clock", offset="localtime" if windows else "utc")
    if not plan.style.emulated:
        SubElement(clock, "timer", name="pit", tickpolicy="delay")
        SubElement(clock, "timer", name="rtc", tickpolicy="catchup")
        if windows:
            SubElement(clock, "timer", name="hypervclock", present="yes")
    SubElement(clock, "timer", name="hpet", present="no")
