# SPDX-License-Identifier: Apache-2.0
"""Files with holes: where their data is, what identifies it, and copying it within a host.

A fingerprint does not depend on where a file system has its holes: blocks of zeros count nowhere.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

BLOCK = 1 << 20
PIECE = 16 << 20
_NOTHING = bytes(BLOCK)

Told = Callable[[int], None]
"""Called with the number of bytes that are done."""


def extents(descriptor: int) -> Iterator[tuple[int, int]]:
    """(offset, length) of what is not a hole."""
    end, offset = os.fstat(descriptor).st_size, 0
    while offset < end:
        try:
            start = os.lseek(descriptor, offset, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:
                return  # a hole up to the end
            raise
        offset = min(os.lseek(descriptor, start, os.SEEK_HOLE), end)
        yield start, offset - start


def data_size(path: Path) -> int:
    """Bytes that have to be carried to carry this file."""
    with path.open("rb") as stream:
        return sum(length for _, length in extents(stream.fileno()))


def fingerprint(path: Path) -> str:
    """A digest of the size and of all that is not zero."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        digest.update(b"%d" % os.fstat(stream.fileno()).st_size)
        for number in _blocks(stream.fileno()):
            block = os.pread(stream.fileno(), BLOCK, number * BLOCK)
            if block != _NOTHING[: len(block)]:
                digest.update(b"|%d|" % number)
                digest.update(block)
    return digest.hexdigest()


def _blocks(descriptor: int) -> Iterator[int]:
    """The numbers of all blocks in which there is data, each once."""
    done = -1
    for offset, length in extents(descriptor):
        last = (offset + length - 1) // BLOCK
        yield from range(max(done + 1, offset // BLOCK), last + 1)
        done = last


def copy(source: Path, target: Path, told: Told) -> None:
    """Copy a file, holes and all; where the file system can, its blocks are shared."""
    with source.open("rb") as reading, target.open("wb") as writing:
        os.truncate(writing.fileno(), os.fstat(reading.fileno()).st_size)
        done = 0
        for offset, length in extents(reading.fileno()):
            while length:
                told(done)
                copied = os.copy_file_range(
                    reading.fileno(), writing.fileno(), min(length, PIECE), offset, offset
                )
                if not copied:
                    raise OSError(errno.EIO, "the file became shorter while it was copied")
                offset, length, done = offset + copied, length - copied, done + copied
        os.fsync(writing.fileno())
