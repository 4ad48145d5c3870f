# SPDX-License-Identifier: Apache-2.0
"""Randomness from the host: without it a guest waits long for its first keys."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan
from nova_cells.cell.compute.drivers.libvirt.xml.tree import add_text


def add_rng(devices: Element, _plan: Plan) -> None:
    """One device for every guest."""
    random = SubElement(devices, "rng", model="virtio")
    add_text(random, "backend", "/dev/urandom", model="random")
