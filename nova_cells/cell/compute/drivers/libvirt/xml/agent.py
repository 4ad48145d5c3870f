# SPDX-License-Identifier: Apache-2.0
"""The channel to an agent inside the guest."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan

AGENT = "org.qemu.guest_agent.0"


def add_agent(devices: Element, plan: Plan) -> None:
    """Where the image says that it has an agent."""
    if plan.wants("hw_qemu_guest_agent"):
        channel = SubElement(devices, "channel", type="unix")
        SubElement(channel, "source", mode="bind")
        SubElement(channel, "target", type="virtio", name=AGENT)
