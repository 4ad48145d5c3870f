# SPDX-License-Identifier: Apache-2.0
"""Makes a machine's disks. Each appears under its name only when it is whole; none takes up more
space than what was written to it.
"""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import DriverFailed, DriverRefused, OutOfSpace
from nova_cells.cell.compute.drivers.libvirt.folder import Folder
from nova_cells.cell.compute.guest_data import write_config_drive
from nova_cells.cell.compute.images import qemu_img
from nova_cells.cell.compute.images.cache import Base
from nova_cells.objects import Machine

GIB = 1 << 30
MIB = 1 << 20


def make_disks(
    machine: Machine, folder: Folder, base: Base | None, limits: qemu_img.Limits
) -> None:
    """All disks of the machine; one that is there is left alone, the config drive excepted.

    `base`: of the root disk; None: it starts from a volume.
    """
    size = root_size(machine, base) if base else 0
    with readable_disk_faults():
        if base:
            fill = partial(qemu_img.overlay, base.path, base.kind, size=size, limits=limits)
            appear(folder.root, fill)
        for number, size_gb in enumerate(machine.ephemeral_sizes()):
            fill = partial(_ephemeral, number=number, size=size_gb * GIB, limits=limits)
            appear(folder.ephemeral(number), fill)
        if machine.swap_mb:
            appear(folder.swap, lambda path: _swap(path, machine.swap_mb * MIB))
        if machine.config_drive:
            write_config_drive(machine, folder.config_drive)
        folder.console.touch(mode=0o600)


def make_rescue_disk(folder: Folder, base: Base, limits: qemu_img.Limits) -> None:
    """A fresh disk of the size of the image it is made of."""
    folder.rescue.unlink(missing_ok=True)
    size = -(-base.virtual_size // MIB) * MIB
    with readable_disk_faults():
        appear(
            folder.rescue, lambda path: qemu_img.overlay(base.path, base.kind, path, size, limits)
        )


def root_size(machine: Machine, base: Base) -> int:
    """Bytes of the root disk: the flavor's, or the image's where the flavor says nothing."""
    wanted = machine.root_gb * GIB
    if not wanted:
        return -(-base.virtual_size // MIB) * MIB
    if base.virtual_size > wanted:
        raise DriverRefused(
            f"The image needs a disk of {-(-base.virtual_size // GIB)} GiB, "
            f"the flavor has {machine.root_gb} GiB."
        )
    return wanted


def appear(path: Path, fill: Callable[[Path], None]) -> None:
    if path.exists():
        return
    made = path.with_name(path.name + ".part")
    made.unlink(missing_ok=True)
    fill(made)
    descriptor = os.open(made, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    made.replace(path)


def _ephemeral(path: Path, number: int, size: int, limits: qemu_img.Limits) -> None:
    _sparse(path, size)
    lazy = "lazy_itable_init=1,lazy_journal_init=1"  # the file is empty: nothing to wipe
    command = ["mkfs.ext4", "-q", "-F", "-L", f"ephemeral{number}", "-E", lazy, str(path)]
    qemu_img.run_limited(command, limits)


def _swap(path: Path, size: int) -> None:
    """A swap area: the header of mkswap on an otherwise empty file."""
    page = 4096
    _sparse(path, size)
    with path.open("r+b") as stream:
        stream.seek(1024)
        stream.write((1).to_bytes(4, "little") + (size // page - 1).to_bytes(4, "little"))
        stream.write((0).to_bytes(4, "little") + uuid.uuid4().bytes)
        stream.seek(page - 10)
        stream.write(b"SWAPSPACE2")


def _sparse(path: Path, size: int) -> None:
    with path.open("wb") as stream:
        stream.truncate(size)


@contextmanager
def readable_disk_faults() -> Iterator[None]:
    """A full or broken file system in the words of the driver interface."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise OutOfSpace("The host has no room for the disk.", str(error)) from error
        raise DriverFailed("A disk could not be prepared.", str(error)) from error
