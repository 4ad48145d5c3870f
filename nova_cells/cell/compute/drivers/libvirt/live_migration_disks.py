# SPDX-License-Identifier: Apache-2.0
"""Empty disks for a guest that comes while it runs: libvirt fills them, block by block.

What is there is left alone: on storage that both hosts have it is the guest's own.
"""

from __future__ import annotations

from pathlib import Path

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.disks import (
    GIB,
    MIB,
    readable_disk_faults,
    root_size,
)
from nova_cells.cell.compute.drivers.libvirt.folder import Folder
from nova_cells.cell.compute.images import qemu_img
from nova_cells.cell.compute.images.cache import Base
from nova_cells.objects import Machine


def make_empty_disks(
    machine: Machine, folder: Folder, base: Base | None, limits: qemu_img.Limits, *, root: bool
) -> None:
    """Of the same sizes as at its source; `root`: its root disk is a file too.

    The config drive is sent; swap and ephemeral disks have no contents of their own here.
    """
    with readable_disk_faults():
        if root and not folder.root.exists():
            _make_root(machine, folder.root, base, limits)
        for number, size_gb in enumerate(machine.ephemeral_sizes()):
            _make_hole(folder.ephemeral(number), size_gb * GIB)
        if machine.swap_mb:
            _make_hole(folder.swap, machine.swap_mb * MIB)
        folder.console.touch(mode=0o600)


def _make_root(machine: Machine, path: Path, base: Base | None, limits: qemu_img.Limits) -> None:
    partial = path.with_name(path.name + ".part")
    partial.unlink(missing_ok=True)
    if base is not None:
        qemu_img.overlay(base.path, base.kind, partial, root_size(machine, base), limits)
    elif machine.root_gb:
        command = ["qemu-img", "create", "-q", "-f", "qcow2", str(partial)]
        qemu_img.run_limited([*command, str(machine.root_gb * GIB)], limits)
    else:
        raise DriverRefused("The size of the machine's disk is that of an image which is gone.")
    partial.replace(path)


def _make_hole(path: Path, size: int) -> None:
    if not path.exists():
        with path.open("wb") as stream:
            stream.truncate(size)
