# SPDX-License-Identifier: Apache-2.0
"""Serial ports: the words of the first are the console log, and it may be talked to.

The flavor's number is the most an image may ask for.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan

MOST = 4  # of a board


def add_serial(devices: Element, plan: Plan) -> None:
    """Appending lets the log be cut while the guest runs."""
    count, log = _count(plan), str(plan.folder.console)
    if plan.serial_port is None:
        first = SubElement(devices, "serial", type="file")
        SubElement(first, "source", path=log, append="on")
    else:
        first = SubElement(devices, "serial", type="tcp")
        place = {"host": plan.style.console_address, "service": str(plan.serial_port)}
        SubElement(first, "source", mode="bind", **place)
        SubElement(first, "protocol", type="raw")
        SubElement(first, "log", file=log, append="on")
    SubElement(first, "target", port="0")
    for port in range(1, count):
        further = SubElement(devices, "serial", type="pty")
        SubElement(further, "target", port=str(port))


def _count(plan: Plan) -> int:
    wanted = plan.properties.get("hw_serial_port_count")
    allowed = plan.machine.extra_specs.get("hw:serial_port_count")
    most = _number(allowed, MOST) if allowed else MOST
    return _number(wanted, most) if wanted else most if allowed else 1


def _number(text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise DriverRefused(f"A machine can't have {text!r} serial ports: from 1 to {most} it can.")
    return int(text)
