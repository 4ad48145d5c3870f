# SPDX-License-Identifier: Apache-2.0
"""Makes a guest's definition for the tests of its parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from nova_cells.cell.compute.drivers.libvirt import marks
from nova_cells.cell.compute.drivers.libvirt.domain_xml import domain_xml
from nova_cells.cell.compute.drivers.libvirt.folder import Folder
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan, Style
from nova_cells.objects import ImageFacts, Machine

UUID = "5d0c3a52-90f4-4e0b-8f0e-4b1f2b4a7f11"
MARK = marks.Mark("deployment-1", 7)
FOLDER = Folder(Path("/guests/x"))


def plan(
    style: Style | None = None, properties: dict[str, str] | None = None, **changes: Any
) -> Plan:
    """A small machine of an image with these properties."""
    values = {"uuid": UUID, "epoch": 7, "name": "web", "project_id": "p", "user_id": "u"}
    values |= {"vcpus": 2, "memory_mb": 256, "root_gb": 1}
    image = ImageFacts(id="i", properties=properties or {})
    machine = Machine(**{**values, "image": image, **changes})
    return Plan(machine, FOLDER, MARK, style or Style())


def domain(*arguments: Any, **changes: Any) -> ElementTree.Element:
    """What libvirt would be told, read again."""
    return ElementTree.fromstring(domain_xml(plan(*arguments, **changes)))
