# SPDX-License-Identifier: Apache-2.0
"""The network interfaces, in the order of the networks asked for."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.attaching import Nic
from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.network_xml import add_source
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan
from nova_cells.cell.compute.drivers.local_network import is_local
from nova_cells.cell.compute.drivers.service_ports import (
    OVS,
    TAP,
    bridge_of,
    device_of,
    insist_on_pluggable,
    is_hybrid,
    is_of_service,
)

MODELS = {"e1000", "e1000e", "ne2k_pci", "pcnet", "rtl8139", "virtio", "vmxnet3"}
MOST_QUEUES = 16
DIRECTIONS = ("inbound", "outbound")


def add_nics(devices: Element, plan: Plan) -> None:
    """All that the machine is made with."""
    for nic in plan.machine.nics:
        devices.append(nic_element(nic, plan))


def nic_element(nic: Nic, plan: Plan) -> Element:
    """One interface: of a network service, on the host's own network, or on a bridge of it."""
    made = Element("interface", type="bridge")
    SubElement(made, "mac", address=nic["mac"].lower())
    if is_of_service(nic):
        add_port(made, nic)
    elif is_local(nic):
        add_source(made, plan.mark.deployment, nic)
    elif nic.get("bridge"):
        SubElement(made, "source", bridge=nic["bridge"])
    else:
        raise DriverRefused("This host has no bridge to the network of an interface.", nic["id"])
    if mtu := nic.get("mtu"):
        SubElement(made, "mtu", size=str(mtu))
    _add_model(made, nic, plan)
    _add_bandwidth(made, plan)
    # Guests start from disks: without its boot program an interface costs no time at every start.
    SubElement(made, "rom", enabled="no")
    return made


def add_port(made: Element, nic: Nic) -> None:
    """Where the port's binding says. libvirt puts it into an Open vSwitch under the port's id."""
    insist_on_pluggable(nic)
    if nic["vif_type"] == TAP:
        made.set("type", "ethernet")
    else:
        SubElement(made, "source", bridge=bridge_of(nic))
    if nic["vif_type"] == OVS and not is_hybrid(nic):
        switch = SubElement(made, "virtualport", type="openvswitch")
        SubElement(switch, "parameters", interfaceid=nic["id"])
    SubElement(made, "target", dev=device_of(nic))


def _add_model(made: Element, nic: Nic, plan: Plan) -> None:
    model = nic.get("model") or plan.wish("hw_vif_model") or "virtio"
    if model not in MODELS:
        raise DriverRefused(f"The image asks for an interface {model!r}, which is unknown.")
    SubElement(made, "model", type="ne2k_pci" if model == "ne2k_pci" else model)
    driver, queues = {}, min(plan.machine.vcpus, MOST_QUEUES)
    if plan.wants("hw_vif_multiqueue_enabled") and queues > 1:
        driver["queues"] = str(queues)
    if plan.wants("hw_virtio_packed_ring"):
        driver["packed"] = "on"
    if driver and model == "virtio":
        SubElement(made, "driver", driver)


def _add_bandwidth(made: Element, plan: Plan) -> None:
    """Limits of the flavor, in kB/s and kB."""
    limits: dict[str, dict[str, str]] = {direction: {} for direction in DIRECTIONS}
    for direction, limit in limits.items():
        for what in ("average", "peak", "burst"):
            if amount := plan.machine.extra_specs.get(f"quota:vif_{direction}_{what}"):
                limit[what] = amount
    if any("average" in limit for limit in limits.values()):
        bandwidth = SubElement(made, "bandwidth")
        for direction, limit in limits.items():
            if "average" in limit:
                SubElement(bandwidth, direction, limit)
