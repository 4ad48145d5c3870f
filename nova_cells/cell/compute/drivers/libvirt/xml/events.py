# SPDX-License-Identifier: Apache-2.0
"""What becomes of a guest that ends by itself."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan
from nova_cells.cell.compute.drivers.libvirt.xml.tree import add_text

ANSWERS = {"on_poweroff": "destroy", "on_reboot": "restart", "on_crash": "destroy"}


def add_events(domain: Element, _plan: Plan) -> None:
    """One that asks for a restart gets it; one that ends or crashes is off."""
    for event, answer in ANSWERS.items():
        add_text(domain, event, answer)
