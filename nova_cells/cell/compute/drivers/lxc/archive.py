# SPDX-License-Identifier: Apache-2.0
"""Tells a tar archive from its first bytes, whatever it is said to be.

What is inside a compressed one is found out by the child that unpacks it.
"""

from __future__ import annotations

from pathlib import Path

from nova_cells.cell.compute.drivers.interface import ImageUnusable, ImageUnusableHere
from nova_cells.cell.compute.drivers.lxc.unpack import packing
from nova_cells.cell.compute.images.sniff import Looked

TREE_FORMATS = frozenset({"raw", "tar"})


def look_at_archive(path: Path, claimed: str) -> Looked:
    """What the cache keeps of it; `ImageUnusable` for what is no archive."""
    if claimed not in TREE_FORMATS:
        raise ImageUnusableHere(f"Containers start from tar archives, not from {claimed} images.")
    with path.open("rb") as stream:
        head = stream.read(512)
    if packing(head) is None:
        raise ImageUnusable("The image is no tar archive.")
    return Looked("raw", path.stat().st_size)
