# SPDX-License-Identifier: Apache-2.0
"""Brings the disks of a guest that is off to the sizes its new flavor has. None ever shrinks."""

from __future__ import annotations

import os

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.disks import GIB, MIB, make_disks
from nova_cells.cell.compute.drivers.libvirt.folder import Folder
from nova_cells.cell.compute.drivers.libvirt.overlays import resize, virtual_size
from nova_cells.cell.compute.images.cache import Base
from nova_cells.cell.compute.images.qemu_img import Limits
from nova_cells.objects import Machine


def check_fit(folder: Folder, root_gb: int, ephemerals: list[int]) -> None:
    """Refuse sizes (GiB; root 0: as it is) that are smaller than what is there."""
    if root_gb and folder.root.exists() and virtual_size(folder.root) > root_gb * GIB:
        raise _too_small("root disk", virtual_size(folder.root), root_gb)
    for number, there in enumerate(folder.ephemerals()):
        wanted = ephemerals[number] if number < len(ephemerals) else 0
        if there.stat().st_size > wanted * GIB:
            raise _too_small("ephemeral disk", there.stat().st_size, wanted)


def grow(machine: Machine, folder: Folder, limits: Limits) -> None:
    """All disks of the machine's sizes, in place; those that are missing are made."""
    sizes = machine.ephemeral_sizes()
    check_fit(folder, machine.root_gb, sizes)
    base = None
    if folder.root.exists():
        if virtual_size(folder.root) < machine.root_gb * GIB:
            resize(folder.root, machine.root_gb * GIB, limits)
        base = Base(folder.root, "qcow2", virtual_size(folder.root))
    for path, size_gb in zip(folder.ephemerals(), sizes, strict=False):
        os.truncate(path, size_gb * GIB)
    if folder.swap.exists() and folder.swap.stat().st_size != machine.swap_mb * MIB:
        folder.swap.unlink()
    make_disks(machine, folder, base, limits)


def _too_small(what: str, there: int, wanted_gb: int) -> DriverRefused:
    return DriverRefused(
        f"The server's {what} has {-(-there // GIB)} GiB and can't be made smaller: "
        f"the flavor has {wanted_gb} GiB."
    )
