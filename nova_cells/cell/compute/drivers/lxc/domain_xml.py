# SPDX-License-Identifier: Apache-2.0
"""The definition of a container as libvirt reads it.

Root inside is nobody outside (idmap), the network is its own even where it has no interface
(privnet), and its share of the CPUs is a limit, not a hint.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.attaching import Nic
from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt import marks
from nova_cells.cell.compute.drivers.libvirt.folder import Folder
from nova_cells.cell.compute.drivers.libvirt.network_xml import add_source
from nova_cells.cell.compute.drivers.libvirt.xml.identity import domain_name
from nova_cells.cell.compute.drivers.libvirt.xml.nics import add_port
from nova_cells.cell.compute.drivers.libvirt.xml.tree import add_text
from nova_cells.cell.compute.drivers.local_network import is_local
from nova_cells.cell.compute.drivers.lxc import places
from nova_cells.cell.compute.drivers.lxc.trees import Bounds
from nova_cells.cell.compute.drivers.service_ports import is_hybrid, is_of_service
from nova_cells.objects import Machine

INIT = "/sbin/init"
PERIOD = 100000  # microseconds in which a container gets its CPUs' time


@dataclass(frozen=True)
class Plan:
    """What a definition is made from; `rescue`: it starts from the tree of a rescue."""

    machine: Machine
    folder: Folder
    mark: marks.Mark
    bounds: Bounds
    rescue: bool = False


def domain_xml(plan: Plan) -> str:
    machine = plan.machine
    domain = Element("domain", type="lxc")
    add_text(domain, "name", domain_name(machine.uuid))
    add_text(domain, "uuid", machine.uuid)
    SubElement(domain, "metadata").append(marks.element(plan.mark, machine.name))
    add_text(domain, "memory", str(machine.memory_mb), unit="MiB")
    add_text(domain, "vcpu", str(machine.vcpus))
    _add_tuning(domain, machine)
    _add_ids(domain, plan.bounds)
    system = SubElement(domain, "os")
    add_text(system, "type", "exe", arch="x86_64")
    add_text(system, "init", INIT)
    SubElement(SubElement(domain, "features"), "privnet")
    for event, answer in (("poweroff", "destroy"), ("reboot", "restart"), ("crash", "destroy")):
        add_text(domain, f"on_{event}", answer)
    _add_devices(domain, plan)
    return ElementTree.tostring(domain, encoding="unicode")


def _add_tuning(domain: Element, machine: Machine) -> None:
    """The time of as many processors as the flavor has, unless it says less or more of it."""
    specs, share = machine.extra_specs, str(1024 * machine.vcpus)
    period = specs.get("quota:cpu_period") or str(PERIOD)
    own = str(int(period) * machine.vcpus) if period.isascii() and period.isdigit() else period
    tune = SubElement(domain, "cputune")
    add_text(tune, "shares", specs.get("quota:cpu_shares") or share)
    add_text(tune, "period", period)
    add_text(tune, "quota", specs.get("quota:cpu_quota") or own)


def _add_ids(domain: Element, bounds: Bounds) -> None:
    idmap = SubElement(domain, "idmap")
    numbers = {"start": "0", "target": str(bounds.first_id), "count": str(bounds.ids)}
    for kind in ("uid", "gid"):
        SubElement(idmap, kind, numbers)


def _add_devices(domain: Element, plan: Plan) -> None:
    devices, folder = SubElement(domain, "devices"), plan.folder
    if plan.rescue:
        _add_tree(devices, places.rescue(folder), "/")
        _add_tree(devices, places.root(folder), places.RESCUED)
    else:
        _add_tree(devices, places.root(folder), "/")
    if plan.machine.config_drive:
        drive = _add_tree(devices, places.config_drive(folder), places.CONFIG_DRIVE)
        SubElement(drive, "readonly")
    for nic in plan.machine.nics:
        devices.append(nic_element(nic, plan.mark.deployment))
    SubElement(devices, "console", type="pty")


def nic_element(nic: Nic, deployment: str) -> Element:
    """One interface: of a network service, on the host's own network, or on a bridge of it."""
    made = Element("interface", type="bridge")
    SubElement(made, "mac", address=nic["mac"].lower())
    if is_of_service(nic):
        if is_hybrid(nic):
            raise DriverRefused("Containers have no ports that need a bridge of their own.")
        add_port(made, nic)
        return made
    if is_local(nic):
        add_source(made, deployment, nic)
    elif nic.get("bridge"):
        SubElement(made, "source", bridge=nic["bridge"])
    else:
        raise DriverRefused("This host has no bridge to the network of an interface.", nic["id"])
    # libvirt sets filters up before it makes a name of its own.
    SubElement(made, "target", dev="ncx" + nic["mac"].lower().replace(":", ""))
    return made


def _add_tree(devices: Element, source: Path, target: str) -> Element:
    made = SubElement(devices, "filesystem", type="mount")
    SubElement(made, "source", dir=str(source))
    SubElement(made, "target", dir=target)
    return made
