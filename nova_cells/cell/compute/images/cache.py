# SPDX-License-Identifier: Apache-2.0
"""Images fetched once for all guests of a machine's hosts.

Two files an image: the bytes QEMU opens read-only, and a note saying what they are. The note is
written last, so that a crash leaves an image that is fetched again, never one that is half there.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nova_cells.cell.compute.drivers import interface as faults
from nova_cells.cell.compute.images import qemu_img
from nova_cells.cell.compute.images.sniff import Looked, look
from nova_cells.clients.images import ImageCorrupt, ImageNotFound
from nova_cells.clients.images import ImageUnavailable as SourceUnavailable
from nova_cells.clients.images.stream import save
from nova_cells.objects import ImageFacts


@dataclass(frozen=True)
class Base:
    """A usable image: `kind` is qcow2 or raw, `virtual_size` in bytes."""

    path: Path
    kind: str
    virtual_size: int


class ImageCache:
    """One folder; many threads and processes may ask at once."""

    def __init__(
        self,
        folder: Path,
        source: faults.ImageSource | None,
        limits: qemu_img.Limits,
        *,
        look: Callable[[Path, str], Looked] = look,
    ) -> None:
        """`look` tells what an image is, or refuses it; the default knows disks."""
        self.folder = folder
        self._source = source
        self._limits = limits
        self._look = look
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def has(self, image: ImageFacts) -> bool:
        """Whether it need not be fetched."""
        return self._known(_key(image)) is not None

    def fetch(self, image: ImageFacts, progress: faults.Progress | None = None) -> Base:
        """The image, fetched if it is not there; everybody else who asks meanwhile waits."""
        key = _key(image)
        base = self._known(key)
        if base is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._alone(key, progress):
                base = self._known(key) or self._fetch(key, image, progress)
        os.utime(base.path)
        return base

    def sweep(self, in_use: set[str], unused_for: float) -> None:
        """Forget images whose file name is not in `in_use` and that nobody asked for lately."""
        for note in self.folder.glob("*.json"):
            base = self._known(note.stem)
            if base and base.path.name not in in_use:
                with self._alone(note.stem, None):
                    if time.time() - base.path.stat().st_mtime > unused_for:
                        note.unlink(missing_ok=True)
                        base.path.unlink(missing_ok=True)

    def _known(self, key: str) -> Base | None:
        try:
            note = json.loads((self.folder / f"{key}.json").read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        path = self.folder / key
        return Base(path, note["kind"], note["virtual_size"]) if path.exists() else None

    def _fetch(self, key: str, image: ImageFacts, progress: faults.Progress | None) -> Base:
        partial, ready = self.folder / f"{key}.part", self.folder / key
        try:
            self._download(image, partial, progress)
            looked = self._look(partial, image.disk_format)
            if looked.kind not in ("qcow2", "raw"):
                converted = self.folder / f"{key}.converted"
                qemu_img.convert(partial, looked.kind, converted, self._limits)
                converted.replace(partial)
                looked = look(partial, "qcow2")
            partial.chmod(0o444)
            partial.replace(ready)
        finally:
            partial.unlink(missing_ok=True)
        note = {"kind": looked.kind, "virtual_size": looked.virtual_size, "image": image.id}
        _write_durably(self.folder / f"{key}.json", json.dumps(note).encode())
        return Base(ready, looked.kind, looked.virtual_size)

    def _download(self, image: ImageFacts, target: Path, progress: faults.Progress | None) -> None:
        if self._source is None:
            raise faults.ImageUnusable("This host has no image service to fetch images from.")
        try:
            save(image, _counted(self._source.chunks(image.id), image.size, progress), target)
        except (ImageNotFound, ImageCorrupt) as gone:
            raise faults.ImageUnusable(str(gone)) from gone
        except SourceUnavailable as away:
            raise faults.ImageUnavailable(str(away)) from away
        except OSError as error:
            raise _disk_fault(error, image) from error

    @contextmanager
    def _alone(self, key: str, progress: faults.Progress | None) -> Iterator[None]:
        """The only one on this machine who works on `key`, threads and processes alike."""
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        while not lock.acquire(timeout=1.0):
            if progress is not None:
                progress(0)  # may raise Cancelled
        try:
            with (self.folder / f".{key}.lock").open("w") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
        finally:
            lock.release()


def _key(image: ImageFacts) -> str:
    """A name for these bytes under this claim: neither a new image nor a new claim reuses it."""
    promise = image.hash_value or image.checksum or ""
    words = f"{image.id}\0{image.hash_algo}\0{promise}\0{image.size}\0{image.disk_format}"
    return hashlib.sha256(words.encode()).hexdigest()[:40]


def _counted(
    chunks: Iterator[bytes], size: int, progress: faults.Progress | None
) -> Iterator[bytes]:
    done = 0
    for chunk in chunks:
        yield chunk
        done += len(chunk)
        if progress is not None:
            progress(min(99, done * 100 // size) if size else 0)


def _disk_fault(error: OSError, image: ImageFacts) -> faults.DriverFault:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return faults.OutOfSpace("The host has no room for the image.", str(error))
    return faults.ImageUnavailable(f"Image {image.id} could not be fetched.", str(error))


def _write_durably(path: Path, content: bytes) -> None:
    partial = path.with_suffix(".note")
    with partial.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)
