# SPDX-License-Identifier: Apache-2.0
"""The balloon by which a guest tells how much memory it uses."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan


def add_balloon(devices: Element, _plan: Plan) -> None:
    """One for every guest."""
    SubElement(devices, "memballoon", model="virtio")
