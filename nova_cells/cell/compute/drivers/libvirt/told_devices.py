# SPDX-License-Identifier: Apache-2.0
"""Tells a guest by its config drive where its tagged devices are.

libvirt gives devices their places when it takes a definition, so the drive is written once more
after that; a guest that runs goes on reading the drive it started with.
"""

from __future__ import annotations

from xml.etree import ElementTree

from nova_cells.cell.compute.drivers.libvirt.device_list import devices_of
from nova_cells.cell.compute.drivers.libvirt.domains import Domains
from nova_cells.cell.compute.guest_data import write_config_drive
from nova_cells.objects import Machine


def tell_devices(host: Domains, machine: Machine) -> None:
    """For every machine that has just been defined; most have no tags and cost nothing."""
    tagged = any(device.get("tag") for device in (*machine.nics, *machine.volumes))
    if not (machine.config_drive and tagged):
        return
    text = host._with(machine.uuid, lambda domain: domain.XMLDesc(0))
    devices = [one for one in devices_of(ElementTree.fromstring(text)) if one["tags"]]
    data = {**machine.guest_data, "devices": devices}
    drive = host._folders.of(machine.uuid).config_drive
    write_config_drive(machine.replace(guest_data=data), drive)
