# SPDX-License-Identifier: Apache-2.0
"""Writing an image's bytes to a file, and believing them only when their hash is right.

The hash is the one of the accepted request, not one asked for again: an image replaced meanwhile
must not slip in under the old facts.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from nova_cells.clients.images.faults import ImageCorrupt
from nova_cells.objects import ImageFacts

CHUNK = 1 << 20


def save(image: ImageFacts, chunks: Iterable[bytes], target: Path) -> None:
    """Write `chunks` to `target`, durable and checked; on any failure `target` is gone."""
    algorithm, expected = promised_hash(image)
    digest, size = hashlib.new(algorithm, usedforsecurity=False), 0
    with _removed_on_failure(target) as stream:
        for chunk in chunks:
            size += len(chunk)
            _refuse_longer(image, size)
            digest.update(chunk)
            stream.write(chunk)
        _compare(image, size, expected, digest.hexdigest())
        stream.flush()
        os.fsync(stream.fileno())


def pieces(stream: BinaryIO) -> Iterator[bytes]:
    """A file's bytes in pieces of a size that keeps memory flat."""
    while chunk := stream.read(CHUNK):
        yield chunk


def promised_hash(image: ImageFacts) -> tuple[str, str | None]:
    """The strongest hash the facts carry: (algorithm, hex digest or None)."""
    if image.hash_value and image.hash_algo in hashlib.algorithms_available:
        return image.hash_algo, image.hash_value
    return "md5", image.checksum


def _refuse_longer(image: ImageFacts, size: int) -> None:
    if image.size and size > image.size:
        raise ImageCorrupt(f"Image {image.id} is longer than the {image.size} bytes promised.")


def _compare(image: ImageFacts, size: int, expected: str | None, actual: str) -> None:
    if image.size and size != image.size:
        raise ImageCorrupt(f"Image {image.id} has {size} bytes, {image.size} were promised.")
    if expected is not None and expected != actual:
        raise ImageCorrupt(f"Image {image.id} does not match its checksum.")


@contextmanager
def _removed_on_failure(target: Path) -> Iterator[BinaryIO]:
    try:
        with target.open("wb") as stream:
            yield stream
    except BaseException:
        target.unlink(missing_ok=True)
        raise
