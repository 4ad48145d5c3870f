# SPDX-License-Identifier: Apache-2.0
"""Changes root disks of ours: how large they are, where their base is."""

from __future__ import annotations

from pathlib import Path

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.images.qemu_img import Limits, run_limited


def virtual_size(disk: Path) -> int:
    """A disk of ours as its guest sees it: from the qcow2 header, so that nothing is guessed."""
    with disk.open("rb") as stream:
        header = stream.read(32)
    if header[:4] != b"QFI\xfb":
        raise DriverRefused("A disk of the machine is damaged.", str(disk))
    return int.from_bytes(header[24:32], "big")


def resize(disk: Path, size: int, limits: Limits) -> None:
    """Make it `size` bytes large."""
    run_limited(["qemu-img", "resize", "-q", "-f", "qcow2", str(disk), str(size)], limits)


def rebase(disk: Path, base: Path, base_format: str, limits: Limits) -> None:
    """Say where its base is on this host; the bytes there are the same."""
    words = ["rebase", "-q", "-u", "-f", "qcow2", "-b", str(base), "-F", base_format]
    run_limited(["qemu-img", *words, str(disk)], limits)
