# SPDX-License-Identifier: Apache-2.0
"""By which bus a guest reaches a disk, and the controllers that buses need."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan

PREFIX = {"virtio": "vd", "scsi": "sd", "sata": "sd", "usb": "sd", "ide": "hd"}
SCSI_MODELS = {"virtio-scsi", "lsilogic", "lsisas1068", "lsisas1078", "ibmvscsi"}


def disk_bus(plan: Plan) -> str:
    """Of disks that can be written to."""
    return _named(plan, "hw_disk_bus", "virtio")


def cdrom_bus(plan: Plan) -> str:
    """Of the config drive."""
    properties = plan.properties
    q35 = "q35" in properties.get("hw_machine_type", "")
    sata = q35 or properties.get("hw_firmware_type") == "uefi"
    return _named(plan, "hw_cdrom_bus", "sata" if sata else "ide")


def add_controllers(devices: Element, plan: Plan) -> None:
    """Those that libvirt's own choice would not do for."""
    buses = {disk_bus(plan), cdrom_bus(plan)}
    if "usb" not in buses:
        # libvirt's own choice has a timer that fires a thousand times a second, in idle guests too.
        SubElement(devices, "controller", type="usb", index="0", model="none")
    if "scsi" in buses:
        SubElement(devices, "controller", type="scsi", index="0", model=_scsi_model(plan))


def _named(plan: Plan, name: str, default: str) -> str:
    bus = plan.properties.get(name) or default
    if bus not in PREFIX:
        raise DriverRefused(f"The image asks for a disk bus {bus!r} in {name}, which is unknown.")
    return bus


def _scsi_model(plan: Plan) -> str:
    model = plan.properties.get("hw_scsi_model") or "virtio-scsi"
    if model not in SCSI_MODELS:
        raise DriverRefused(f"The image asks for a SCSI controller {model!r}, which is unknown.")
    return model
