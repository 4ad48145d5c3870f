# SPDX-License-Identifier: Apache-2.0
"""The definition of a guest as libvirt reads it: the plan, handed to each part in turn.

Built as a tree and never by pasting text: names and properties come from users. A part that has to
refuse the machine does so before anything of it is made.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.libvirt.xml.agent import add_agent
from nova_cells.cell.compute.drivers.libvirt.xml.balloon import add_balloon
from nova_cells.cell.compute.drivers.libvirt.xml.buses import add_controllers
from nova_cells.cell.compute.drivers.libvirt.xml.cpu import add_clock, add_cpu
from nova_cells.cell.compute.drivers.libvirt.xml.disks import add_disks
from nova_cells.cell.compute.drivers.libvirt.xml.events import add_events
from nova_cells.cell.compute.drivers.libvirt.xml.features import add_features
from nova_cells.cell.compute.drivers.libvirt.xml.identity import add_identity
from nova_cells.cell.compute.drivers.libvirt.xml.kernel import add_kernel
from nova_cells.cell.compute.drivers.libvirt.xml.nics import add_nics
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan
from nova_cells.cell.compute.drivers.libvirt.xml.ports import add_ports
from nova_cells.cell.compute.drivers.libvirt.xml.rng import add_rng
from nova_cells.cell.compute.drivers.libvirt.xml.screen import add_screen
from nova_cells.cell.compute.drivers.libvirt.xml.security import add_tpm
from nova_cells.cell.compute.drivers.libvirt.xml.serial import add_serial
from nova_cells.cell.compute.drivers.libvirt.xml.size import add_size
from nova_cells.cell.compute.drivers.libvirt.xml.sound import add_sound
from nova_cells.cell.compute.drivers.libvirt.xml.system import add_sysinfo, add_system
from nova_cells.cell.compute.drivers.libvirt.xml.tags import add_tags
from nova_cells.cell.compute.drivers.libvirt.xml.tuning import add_tuning
from nova_cells.cell.compute.drivers.libvirt.xml.viommu import add_viommu
from nova_cells.cell.compute.drivers.libvirt.xml.watchdog import add_watchdog

Part = Callable[[Element, Plan], None]

OF_DOMAIN: tuple[Part, ...] = (
    add_identity,
    add_tags,
    add_ports,
    add_size,
    add_tuning,
    add_system,
    add_kernel,
    add_sysinfo,
    add_features,
    add_cpu,
    add_clock,
    add_events,
)
OF_DEVICES: tuple[Part, ...] = (
    add_disks,
    add_nics,
    add_serial,
    add_agent,
    add_tpm,
    add_viommu,
    add_watchdog,
    add_rng,
    add_balloon,
    add_screen,
    add_sound,
    add_controllers,
)


def domain_xml(plan: Plan) -> str:
    """The whole definition."""
    domain = Element("domain", type=plan.style.virt_type)
    for add in OF_DOMAIN:
        add(domain, plan)
    devices = SubElement(domain, "devices")
    for add in OF_DEVICES:
        add(devices, plan)
    return ElementTree.tostring(domain, encoding="unicode")
