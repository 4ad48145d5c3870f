# SPDX-License-Identifier: Apache-2.0
"""The network interfaces, in the order of the networks asked for."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan


def add_nics(_devices: Element, plan: Plan) -> None:
    """None is the only number this host can give."""
    if plan.machine.nics:
        raise DriverRefused("This host can't give a machine a network interface.")
