# SPDX-License-Identifier: Apache-2.0
"""Tells what an image really is from its bytes, and refuses those that reach outside themselves.

Formats are recognised by oslo.utils, which reads as QEMU would without running it; what it leaves
open (parents, encryption, footers) is looked at here. What is unknown, odd or two things at once is
refused before QEMU sees it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from oslo_utils.imageutils import format_inspector
from oslo_utils.imageutils.format_inspector import FileInspector

from nova_cells.cell.compute.drivers.interface import ImageUnusable, ImageUnusableHere
from nova_cells.cell.compute.images import headers

RAW_NAMES = frozenset({"raw", "ami", "ari", "aki"})
SAME = {"vhd": "vpc"}
PARTITIONED = frozenset({"raw", "gpt"})
CHUNK = 1 << 16
_MORE = (
    (b"QFI\xfb", "qcow2"),
    (b"KDMV", "vmdk"),
    (b"COWD", "vmdk"),
    (b"WithoutFreeSpace", "parallels"),
    (b"WithouFreSpacExt", "parallels"),
)
"""Signs that count even where the file ends right after them."""


@dataclass(frozen=True)
class Looked:
    """`kind` as QEMU names formats; `virtual_size` in bytes."""

    kind: str
    virtual_size: int


def look(path: Path, claimed: str) -> Looked:
    """What the file is; `ImageUnusable` when it lies or is not safe to open."""
    with path.open("rb") as stream:
        found = _formats(stream)
        kinds = _kinds(stream, set(found))
        wanted = "raw" if claimed in RAW_NAMES else SAME.get(claimed, claimed)
        if not _is(wanted, kinds):
            raise ImageUnusable(
                f"The image is said to be {claimed} but its content is {' and '.join(kinds)}."
            )
        if wanted in ("raw", "iso"):
            return Looked("raw", stream.seek(0, 2))
        check = headers.CHECKS.get(wanted)
        if check is None:
            raise ImageUnusableHere("Images of this format can't be used here.")
        size = check(stream)
        if wanted in found and wanted != "qcow2":  # of which we know more harmless features
            _check(found[wanted])
        return Looked(wanted, size)


def _is(wanted: str, kinds: list[str]) -> bool:
    """A disk with partitions is raw, and may be an ISO too: such an ISO boots from a stick."""
    if wanted == "raw":
        return set(kinds) <= {"raw", "iso"}
    return kinds == [wanted]


def _kinds(stream: BinaryIO, found: set[str]) -> list[str]:
    """All that the file could be taken for, as QEMU names it; raw when it is nothing else."""
    kinds = {SAME.get(name, name) for name in found - PARTITIONED}
    head = headers.at(stream, 0, 16)
    kinds |= {kind for magic, kind in _MORE if head.startswith(magic)}
    if headers.has_vhd_footer(stream):
        kinds.add("vpc")
    return sorted(kinds) or ["raw"]


def _formats(stream: BinaryIO) -> dict[str, FileInspector]:
    """Every format whose signs are there."""
    wrapper = format_inspector.InspectWrapper(stream)
    stream.seek(0)
    while wrapper.formats is None and wrapper.read(CHUNK):
        pass
    if wrapper.formats is None:
        wrapper._finish()  # closing would close the stream, which is still needed
    return {str(found): found for found in wrapper.formats or ()}


def _check(inspector: FileInspector) -> None:
    """The library's own doubts."""
    try:
        inspector.safety_check()
    except format_inspector.SafetyCheckFailed as failed:
        words = "; ".join(str(why) for why in failed.failures.values())
        raise ImageUnusable(f"The image is not safe to use: {words}.") from failed
    except format_inspector.ImageFormatError as broken:
        raise ImageUnusable(f"The image's headers are damaged: {broken}.") from broken
