# SPDX-License-Identifier: Apache-2.0
"""What a host of containers has; its images are trees, so hosts of disks and of trees never mix."""

from __future__ import annotations

from pathlib import Path

import libvirt

from nova_cells.cell.compute.drivers.libvirt import inventory
from nova_cells.objects import Inventory

TRAITS = ("HW_ARCH_X86_64",)
CONTROLLERS = Path("/proc/cgroups")


def take(connection: libvirt.virConnect, trees: Path, traits: list[str]) -> Inventory:
    """The whole inventory; `trees` is where containers' trees are, `traits` the driver's own."""
    found = inventory.take(connection, trees, traits)
    return found.replace(traits=sorted({*TRAITS, *traits}))


def freezes(controllers: Path = CONTROLLERS) -> bool:
    """Whether the kernel has the freezer libvirt uses: a hierarchy of the first version."""
    for line in controllers.read_text().splitlines():
        name, hierarchy, _groups, enabled = line.split()
        if name == "freezer":
            return hierarchy != "0" and enabled == "1"
    return False
