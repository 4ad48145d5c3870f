# SPDX-License-Identifier: Apache-2.0
"""The serial ports; the words of the first are the console log."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan


def add_serial(devices: Element, plan: Plan) -> None:
    """Appending lets the log be cut while the guest runs."""
    serial = SubElement(devices, "serial", type="file")
    SubElement(serial, "source", path=str(plan.folder.console), append="on")
    SubElement(serial, "target", port="0")
    for port in range(1, int(plan.wish("hw_serial_port_count") or "1")):
        further = SubElement(devices, "serial", type="pty")
        SubElement(further, "target", port=str(port))
