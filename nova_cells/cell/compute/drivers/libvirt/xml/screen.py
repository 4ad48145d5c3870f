# SPDX-License-Identifier: Apache-2.0
"""The screen and the server that shows it; a guest nobody can look at has neither."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan


def add_screen(devices: Element, plan: Plan) -> None:
    """By VNC, where the host's configuration says so."""
    if plan.style.vnc_listen:
        screen = SubElement(devices, "graphics", type="vnc", autoport="yes")
        SubElement(screen, "listen", type="address", address=plan.style.vnc_listen)
        SubElement(SubElement(devices, "video"), "model", type="vga")
