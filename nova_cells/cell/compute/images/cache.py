# SPDX-License-Identifier: Apache-2.0
"""Images fetched once for all guests of a machine's hosts.

Two files an image: the bytes QEMU opens read-only, and a note saying what they are. The note is
written last, so that a crash leaves an image that is fetched again, never one that is half there.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nova_cells.cell.compute.drivers import interface as faults
from nova_cells.cell.compute.images import qemu_img
from nova_cells.cell.compute.images.eviction import Bounds, InUse, evict
from nova_cells.cell.compute.images.locks import alone
from nova_cells.cell.compute.images.signatures import PROPERTIES, Seal, Signing
from nova_cells.cell.compute.images.sniff import Looked, look
from nova_cells.cell.compute.images.tenants import Tenants
from nova_cells.clients.images import ImageCorrupt, ImageNotFound
from nova_cells.clients.images import ImageUnavailable as SourceUnavailable
from nova_cells.clients.images.stream import save
from nova_cells.objects import ImageFacts

GIB = 1 << 30


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
        signing: Signing | None = None,
    ) -> None:
        """`look` tells what an image is, or refuses it; the default knows disks."""
        self.folder = folder
        self.tenants = Tenants(folder / "tenants")
        self._source = source
        self._limits = limits
        self._look = look
        self._signing = signing or Signing()

    @property
    def checks_signatures(self) -> bool:
        """Whether this host has what it takes."""
        return self._signing.source is not None

    def has(self, image: ImageFacts) -> bool:
        """Whether it need not be fetched."""
        return self._known(_key(image), None) is not None

    def fetch(
        self,
        image: ImageFacts,
        progress: faults.Progress | None = None,
        *,
        trusted: Sequence[str] | None = None,
        most_gb: int = 0,
    ) -> Base:
        """The image, fetched if it is not there; everybody else who asks meanwhile waits.

        `trusted`: certificates that its signature has to lead to. `most_gb`: no larger disk is
        wanted, 0 for any: then an image that has to be rewritten first is not.
        """
        key, seal = _key(image), self._signing.seal_of(image, trusted)
        while not _touched(base := self._known(key, seal)):
            self.folder.mkdir(parents=True, exist_ok=True)
            with alone(self._lock(key), lambda: progress(0) if progress else None):
                if self._known(key, seal) is None:
                    self._fetch(key, image, seal, most_gb, progress)
        assert base is not None
        return base

    def sweep(self, in_use: InUse, bounds: Bounds) -> None:
        """Forget images that nobody needs; `in_use` tells the file names of those in use."""
        evict(self.folder, lambda: in_use(self.tenants.all()), bounds, self._lock)

    def _lock(self, key: str) -> Path:
        return self.folder / f".{key}.lock"

    def _known(self, key: str, seal: Seal | None) -> Base | None:
        """What the note says; an image that was not checked when it was fetched is not known."""
        try:
            note = json.loads((self.folder / f"{key}.json").read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        path = self.folder / key
        if not path.exists() or (seal is not None and not note.get("sealed")):
            return None
        return Base(path, note["kind"], note["virtual_size"])

    def _fetch(
        self,
        key: str,
        image: ImageFacts,
        seal: Seal | None,
        most_gb: int,
        progress: faults.Progress | None,
    ) -> None:
        partial, ready = self.folder / f"{key}.part", self.folder / key
        try:
            self._download(image, partial, seal, progress)
            looked = self._look(partial, image.disk_format)
            if looked.kind not in ("qcow2", "raw"):
                looked = self._rewrite(partial, looked, most_gb, progress)
            partial.chmod(0o444)
            partial.replace(ready)
        finally:
            partial.unlink(missing_ok=True)
        note = {"kind": looked.kind, "virtual_size": looked.virtual_size, "image": image.id}
        note["sealed"] = seal is not None
        try:
            _write_durably(self.folder / f"{key}.json", json.dumps(note).encode())
        except OSError as error:
            ready.unlink(missing_ok=True)
            raise _disk_fault(error, image) from error

    def _rewrite(
        self, image: Path, looked: Looked, most_gb: int, progress: faults.Progress | None
    ) -> Looked:
        """Make it a qcow2: of no other format is it known that guests can't make QEMU stumble."""
        if most_gb and looked.virtual_size > most_gb * GIB:
            raise faults.DriverRefused(
                f"The image needs a disk of {-(-looked.virtual_size // GIB)} GiB, "
                f"the flavor has {most_gb} GiB."
            )
        made, size = image.with_suffix(".converted"), looked.virtual_size
        try:
            limits = self._limits.for_bytes(size)
            qemu_img.convert(image, looked.kind, made, size, limits, progress)
            made.replace(image)
        finally:
            made.unlink(missing_ok=True)
        return look(image, "qcow2")

    def _download(
        self,
        image: ImageFacts,
        target: Path,
        seal: Seal | None,
        progress: faults.Progress | None,
    ) -> None:
        if self._source is None:
            raise faults.ImageUnusableHere("This host has no image service to fetch images from.")
        chunks: Iterable[bytes] = _counted(self._source.chunks(image.id), image.size, progress)
        try:
            save(image, seal.watched(chunks) if seal else chunks, target)
        except (ImageNotFound, ImageCorrupt) as gone:
            raise faults.ImageUnusable(str(gone)) from gone
        except SourceUnavailable as away:
            raise faults.ImageUnavailable(str(away)) from away
        except OSError as error:
            raise _disk_fault(error, image) from error


def _touched(base: Base | None) -> bool:
    """Say that it is wanted: whoever forgets old images looks at that. False when it is gone."""
    if base is None:
        return False
    try:
        os.utime(base.path)
    except FileNotFoundError:
        return False
    return True


def _key(image: ImageFacts) -> str:
    """A name for these bytes under this claim: neither a new image nor a new claim reuses it."""
    promise = image.hash_value or image.checksum or ""
    words = [image.id, image.hash_algo, promise, image.size, image.disk_format]
    words += [image.properties[name] for name in PROPERTIES if name in image.properties]
    return hashlib.sha256("\0".join(map(str, words)).encode()).hexdigest()[:40]


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
    try:
        with partial.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
