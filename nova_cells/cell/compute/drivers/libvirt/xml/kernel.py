# SPDX-License-Identifier: Apache-2.0
"""A guest that starts from a kernel of its own: its disk needs no boot loader.

A rescued guest starts from what is on its rescue disk instead.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from nova_cells.cell.compute.drivers.libvirt.xml.buses import PREFIX, disk_bus
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan
from nova_cells.cell.compute.drivers.libvirt.xml.tree import add_text

CONSOLES = "console=tty0 console=ttyS0"


def add_kernel(domain: Element, plan: Plan) -> None:
    """Kernel, RAM disk and command line, into the element that is there of the board."""
    machine, system = plan.machine, domain.find("os")
    if machine.kernel is None or plan.rescue or system is None:
        return
    add_text(system, "kernel", str(plan.folder.kernel))
    if machine.ramdisk is not None:
        add_text(system, "initrd", str(plan.folder.ramdisk))
    root = f"root=/dev/{PREFIX[disk_bus(plan)]}a {CONSOLES}"
    add_text(system, "cmdline", plan.properties.get("os_command_line") or root)
