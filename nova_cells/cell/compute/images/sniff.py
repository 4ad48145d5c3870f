# SPDX-License-Identifier: Apache-2.0
"""Tells what an image really is from its bytes, and refuses those that reach outside themselves.

Nothing here runs a program on the image: what is unknown or odd is refused before QEMU sees it.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from nova_cells.cell.compute.drivers.interface import ImageUnusable

RAW_NAMES = frozenset({"raw", "iso", "ami", "ari", "aki", "ploop"})
SAME = {"vhd": "vpc"}
DIRTY, EXTERNAL_DATA, COMPRESSION, EXTENDED_L2 = 1 << 0, 1 << 2, 1 << 3, 1 << 4
_QCOW2_HARMLESS = DIRTY | COMPRESSION | EXTENDED_L2
_VMDK_KINDS = {"monolithicsparse", "streamoptimized"}


@dataclass(frozen=True)
class Looked:
    """`kind` as QEMU names formats; `virtual_size` in bytes, 0 where the header does not say."""

    kind: str
    virtual_size: int


def look(path: Path, claimed: str) -> Looked:
    """What the file is; `ImageUnusable` when it lies or is not safe to open."""
    with path.open("rb") as stream:
        found = _kind(stream)
        wanted = "raw" if claimed in RAW_NAMES else SAME.get(claimed, claimed)
        if found != wanted:
            raise ImageUnusable(f"The image is said to be {claimed} but its content is {found}.")
        return Looked(found, _CHECKS.get(found, _refuse)(stream))


def _kind(stream: BinaryIO) -> str:
    head = _at(stream, 0, 512)
    for kind, offset, magic in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return kind
    if stream.seek(0, 2) >= 512 and _at(stream, stream.tell() - 512, 8) == b"conectix":
        return "vpc"
    return "raw"


_MAGIC = (
    ("qcow2", 0, b"QFI\xfb"),
    ("vmdk", 0, b"KDMV"),
    ("vmdk", 0, b"# Disk DescriptorFile"),
    ("vmdk", 0, b"COWD"),
    ("vhdx", 0, b"vhdxfile"),
    ("vpc", 0, b"conectix"),
    ("vdi", 0x40, b"\x7f\x10\xda\xbe"),
    ("qed", 0, b"QED\0"),
    ("luks", 0, b"LUKS\xba\xbe"),
    ("parallels", 0, b"WithoutFreeSpace"),
    ("parallels", 0, b"WithouFreSpacExt"),
)


def _raw(stream: BinaryIO) -> int:
    return stream.seek(0, 2)


def _qcow2(stream: BinaryIO) -> int:
    head = _at(stream, 0, 112)
    if len(head) < 72:
        raise ImageUnusable("The image ends inside its qcow2 header.")
    version, backing, _, _, size, encryption = struct.unpack_from(">IQIIQI", head, 4)
    if version not in (2, 3):
        raise ImageUnusable(f"The image is qcow version {version}; 2 and 3 can be used.")
    if backing:
        raise ImageUnusable("The image names a backing file, which is not allowed.")
    if encryption:
        raise ImageUnusable("The image is encrypted, which is not supported.")
    features = struct.unpack_from(">Q", head, 72)[0] if version == 3 and len(head) >= 80 else 0
    if features & EXTERNAL_DATA:
        raise ImageUnusable("The image keeps its data in another file, which is not allowed.")
    if features & ~_QCOW2_HARMLESS:
        raise ImageUnusable(f"The image needs qcow2 features that are not known: {features:#x}.")
    return int(size)


def _vmdk(stream: BinaryIO) -> int:
    head = _at(stream, 0, 512)
    if head[:4] != b"KDMV":
        raise ImageUnusable("The image is a VMDK that names other files, which is not allowed.")
    capacity, _, descriptor_at, descriptor_size = struct.unpack_from("<QQQQ", head, 12)
    if not 0 < descriptor_size <= 20 * 2:
        raise ImageUnusable("The image is a VMDK without a descriptor of its own.")
    text = _at(stream, descriptor_at * 512, descriptor_size * 512)
    _check_vmdk_descriptor(text.split(b"\0", 1)[0].decode("utf-8", "replace"))
    return int(capacity) * 512


def _check_vmdk_descriptor(text: str) -> None:
    created = re.search(r'^\s*createType\s*=\s*"?(\w+)', text, re.MULTILINE | re.IGNORECASE)
    if created is None or created.group(1).lower() not in _VMDK_KINDS:
        raise ImageUnusable("The image is a VMDK of a kind that is not allowed.")
    extents = re.findall(r"^\s*(?:RW|RDONLY|NOACCESS)\s+(.*)$", text, re.MULTILINE)
    if len(extents) != 1 or not re.fullmatch(r'\d+\s+SPARSE\s+"[^"/]+"\s*(?:0\s*)?', extents[0]):
        raise ImageUnusable("The image is a VMDK with extents outside itself.")
    if re.search(r"^\s*parentFileNameHint", text, re.MULTILINE | re.IGNORECASE):
        raise ImageUnusable("The image names a parent, which is not allowed.")


def _vdi(stream: BinaryIO) -> int:
    head = _at(stream, 0, 512)
    kind, (size,) = struct.unpack_from("<I", head, 0x4C)[0], struct.unpack_from("<Q", head, 0x170)
    if kind not in (1, 2):
        raise ImageUnusable("The image is a VDI that needs another file, which is not allowed.")
    return int(size)


def _vpc(stream: BinaryIO) -> int:
    foot = _at(stream, max(0, stream.seek(0, 2) - 512), 512)
    head = foot if foot[:8] == b"conectix" else _at(stream, 0, 512)
    size, kind = struct.unpack_from(">Q", head, 48)[0], struct.unpack_from(">I", head, 60)[0]
    if kind not in (2, 3):
        raise ImageUnusable("The image is a VHD that needs a parent, which is not allowed.")
    return int(size)


def _refuse(stream: BinaryIO) -> int:
    raise ImageUnusable("Images of this format can't be used here.")


_CHECKS = {"raw": _raw, "qcow2": _qcow2, "vmdk": _vmdk, "vdi": _vdi, "vpc": _vpc}


def _at(stream: BinaryIO, offset: int, length: int) -> bytes:
    stream.seek(offset)
    return stream.read(length)
