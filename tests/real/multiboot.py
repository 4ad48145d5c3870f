# SPDX-License-Identifier: Apache-2.0
"""A kernel of a few instructions: says its command line and its RAM disk to the serial port."""

from __future__ import annotations

import struct

_MAGIC, _HAS_ADDRESSES, _PLACE, _HEADER = 0x1BADB002, 1 << 16, 0x100000, 32
# mov esi, [ebx+16]; mov dx, 0x3f8; next: lodsb; test al, al; jz modules; out dx, al; jmp next
# modules: mov ecx, [ebx+20]; test ecx, ecx; jz end; mov edi, [ebx+24]; mov esi, [edi];
# mov ecx, [edi+4]; more: cmp esi, ecx; jae end; lodsb; out dx, al; jmp more; end: cli; hlt; jmp end
_CODE = bytes.fromhex(
    "8b731066baf803ac84c07403eeebf88b4b1485c974128b7b188b378b4f0439ce7304aceeebf8faf4ebfc"
)


def _kernel() -> bytes:
    end = _PLACE + _HEADER + len(_CODE)
    checksum = -(_MAGIC + _HAS_ADDRESSES) & 0xFFFFFFFF
    places = (_PLACE, _PLACE, end, end, _PLACE + _HEADER)
    header = struct.pack("<8I", _MAGIC, _HAS_ADDRESSES, checksum, *places)
    return (header + _CODE).ljust(8192, b"\0")


KERNEL = _kernel()
