# SPDX-License-Identifier: Apache-2.0
"""A sound card, for the few who want one."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan


def add_sound(devices: Element, plan: Plan) -> None:
    """Where image or flavor ask for a model; the host plays nothing."""
    if model := plan.wish("hw_sound_model"):
        SubElement(devices, "sound", model=model)
        SubElement(devices, "audio", id="1", type="none")
