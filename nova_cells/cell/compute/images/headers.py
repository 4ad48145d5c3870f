# SPDX-License-Identifier: Apache-2.0
"""What the headers of image formats say of other files: names of them are never followed.

Each check answers the size of the disk in bytes.
"""

from __future__ import annotations

import re
import struct
import uuid
from collections.abc import Callable
from typing import BinaryIO

from nova_cells.cell.compute.drivers.interface import ImageUnusable

DIRTY, EXTERNAL_DATA, COMPRESSION, EXTENDED_L2 = 1 << 0, 1 << 2, 1 << 3, 1 << 4
_QCOW2_HARMLESS = DIRTY | COMPRESSION | EXTENDED_L2
_VMDK_KINDS = {"monolithicsparse", "streamoptimized"}
_VHDX_REGIONS, _VHDX_ENTRY = 0x30000, 32
_METADATA = uuid.UUID("8b7ca206-4790-4b9a-b8fe-575f050f886e").bytes_le
_PARAMETERS = uuid.UUID("caa16737-fa36-4d43-b3b6-33f0aa44e76b").bytes_le
_SIZE = uuid.UUID("2fa54224-cd1b-4876-b211-5dbed83bf4b8").bytes_le
_HAS_PARENT = 2
_MOST_ENTRIES = 2047


def at(stream: BinaryIO, offset: int, length: int) -> bytes:
    """Bytes somewhere in the file; fewer where it ends."""
    stream.seek(offset)
    return stream.read(length)


def has_vhd_footer(stream: BinaryIO) -> bool:
    """A fixed VHD says what it is only in its last sector."""
    end = stream.seek(0, 2)
    return end >= 512 and at(stream, end - 512, 8) == b"conectix"


def _qcow2(stream: BinaryIO) -> int:
    head = at(stream, 0, 112)
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
    head = at(stream, 0, 512)
    if head[:4] != b"KDMV":
        raise ImageUnusable("The image is a VMDK that names other files, which is not allowed.")
    capacity, _, descriptor_at, descriptor_size = struct.unpack_from("<QQQQ", head, 12)
    if not 0 < descriptor_size <= 20 * 2:
        raise ImageUnusable("The image is a VMDK without a descriptor of its own.")
    text = at(stream, descriptor_at * 512, descriptor_size * 512)
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
    head = at(stream, 0, 512)
    if len(head) < 0x178:
        raise ImageUnusable("The image ends inside its VDI header.")
    kind, (size,) = struct.unpack_from("<I", head, 0x4C)[0], struct.unpack_from("<Q", head, 0x170)
    if kind not in (1, 2):
        raise ImageUnusable("The image is a VDI that needs another file, which is not allowed.")
    return int(size)


def _vpc(stream: BinaryIO) -> int:
    foot = at(stream, max(0, stream.seek(0, 2) - 512), 512)
    head = foot if foot[:8] == b"conectix" else at(stream, 0, 512)
    if len(head) < 64:
        raise ImageUnusable("The image ends inside its VHD header.")
    size, kind = struct.unpack_from(">Q", head, 48)[0], struct.unpack_from(">I", head, 60)[0]
    if kind not in (2, 3):
        raise ImageUnusable("The image is a VHD that needs a parent, which is not allowed.")
    return int(size)


def _vhdx(stream: BinaryIO) -> int:
    start = _vhdx_item(stream, _VHDX_REGIONS, b"regi", 8, 16, _METADATA, ">=")
    items = {
        name: start + _vhdx_item(stream, start, b"metadata", 10, 32, name, "<=")
        for name in (_PARAMETERS, _SIZE)
    }
    parameters, size = at(stream, items[_PARAMETERS], 8), at(stream, items[_SIZE], 8)
    if len(parameters) < 8 or len(size) < 8:
        raise ImageUnusable("The image ends inside its VHDX metadata.")
    if struct.unpack_from("<I", parameters, 4)[0] & _HAS_PARENT:
        raise ImageUnusable("The image is a VHDX that needs a parent, which is not allowed.")
    return int(struct.unpack("<Q", size)[0])


def _vhdx_item(
    stream: BinaryIO, table: int, sign: bytes, count_at: int, first: int, name: bytes, width: str
) -> int:
    """Where a table of a VHDX says that `name` is: 64 bits of a region, 32 of a metadata item."""
    wide = width == ">="
    head = at(stream, table, first)
    if len(head) < first or not head.startswith(sign):
        raise ImageUnusable("The image is a VHDX without its tables.")
    (count,) = struct.unpack_from("<I" if wide else "<H", head, count_at)
    if count > _MOST_ENTRIES:
        raise ImageUnusable("The image is a VHDX with too many tables.")
    for number in range(count):
        entry = at(stream, table + first + number * _VHDX_ENTRY, _VHDX_ENTRY)
        if entry[:16] == name and len(entry) == _VHDX_ENTRY:
            return int(struct.unpack_from("<Q" if wide else "<I", entry, 16)[0])
    raise ImageUnusable("The image is a VHDX without its tables.")


CHECKS: dict[str, Callable[[BinaryIO], int]] = {
    "qcow2": _qcow2,
    "vmdk": _vmdk,
    "vdi": _vdi,
    "vpc": _vpc,
    "vhdx": _vhdx,
}
