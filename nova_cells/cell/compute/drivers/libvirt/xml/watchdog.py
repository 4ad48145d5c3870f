# SPDX-License-Identifier: Apache-2.0
"""The watchdog that acts when a guest that fed it stops doing so."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan


def add_watchdog(devices: Element, plan: Plan) -> None:
    """Where image or flavor ask for an action."""
    action = plan.wish("hw_watchdog_action")
    if action not in (None, "disabled"):
        SubElement(devices, "watchdog", model="i6300esb", action=str(action))
