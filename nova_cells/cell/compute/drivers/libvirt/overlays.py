# SPDX-License-Identifier: Apache-2.0
"""Changes root disks of ours: how large they are, where their base is."""

from __future__ import annotations

import os
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.images.cache import Base
from nova_cells.cell.compute.images.qemu_img import Limits, run_limited

LONGEST_NAME = 1023
"""Of a backing file, as the format has it."""


def virtual_size(disk: Path) -> int:
    """A disk of ours as its guest sees it: from the qcow2 header, so that nothing is guessed."""
    with disk.open("rb") as stream:
        header = stream.read(32)
    if header[:4] != b"QFI\xfb":
        raise DriverRefused("A disk of the machine is damaged.", str(disk))
    return int.from_bytes(header[24:32], "big")


def backing(disk: Path) -> Path | None:
    """The file a disk of ours leans on, as its header names it."""
    with disk.open("rb") as stream:
        header = stream.read(20)
        offset, length = int.from_bytes(header[8:16], "big"), int.from_bytes(header[16:20], "big")
        if not offset:
            return None
        stream.seek(offset)
        return Path(os.fsdecode(stream.read(min(length, LONGEST_NAME))))


def base_of(disk: Path, base: Base | None, limits: Limits) -> str | None:
    """The name of the cached image a root disk leans on, or will when it is made from `base`.

    A disk that is there already, on storage that hosts share, is told where its base is here.
    """
    if not disk.exists():
        return base.path.name if base else None
    named = backing(disk)
    if named is None:
        return None
    if base is not None and named.name == base.path.name:
        if named != base.path:
            rebase(disk, base.path, base.kind, limits)
    elif not named.exists():
        raise DriverRefused("This host does not have the image that the server's disk is based on.")
    return named.name


def resize(disk: Path, size: int, limits: Limits) -> None:
    """Make it `size` bytes large."""
    run_limited(["qemu-img", "resize", "-q", "-f", "qcow2", str(disk), str(size)], limits)


def rebase(disk: Path, base: Path, base_format: str, limits: Limits) -> None:
    """Say where its base is on this host; the bytes there are the same."""
    words = ["rebase", "-q", "-u", "-f", "qcow2", "-b", str(base), "-F", base_format]
    run_limited(["qemu-img", *words, str(disk)], limits)
