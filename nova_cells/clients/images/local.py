# SPDX-License-Identifier: Apache-2.0
"""A directory of images, for work without an image service.

`index.json` is a list of documents with the fields of `ImageFacts` and `file`, a name inside the
directory; `visibility` "private" shows an image to its `owner` only. It is read again whenever it
changes, so that an image added while everything runs is there at once.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nova_cells.clients.images import stream
from nova_cells.clients.images.faults import ImageNotFound, ImageUnavailable
from nova_cells.clients.images.interface import ImageSource
from nova_cells.objects import ImageFacts

INDEX = "index.json"
_ID_SPACE = uuid.UUID("5d0c3a52-90f4-4e0b-8f0e-4b1f2b4a7f11")


class LocalImages(ImageSource):
    """Reads the directory; `add` is for the commands that fill it. One not uploaded has no file."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._entries: dict[str, dict[str, Any]] = {}

    def find(self, ctx: Any, image_id: str) -> ImageFacts:
        return facts_of(self._entry(ctx, image_id))

    def list(self, ctx: Any) -> list[ImageFacts]:
        seen = [entry for entry in self._index().values() if _visible(ctx, entry)]
        return [facts_of(entry) for entry in sorted(seen, key=lambda e: (e["name"], e["id"]))]

    def chunks(self, image_id: str) -> Iterator[bytes]:
        entry = self._index().get(image_id)
        if entry is None or "file" not in entry:
            raise ImageNotFound(image_id)
        try:
            with self._file(entry).open("rb") as source:
                yield from stream.pieces(source)
        except FileNotFoundError as missing:
            raise ImageNotFound(image_id) from missing

    def add(self, path: Path, name: str, *, disk_format: str = "qcow2", **facts: Any) -> ImageFacts:
        """Copy a file in and index it; the same name and bytes give the same id again."""
        self.directory.mkdir(parents=True, exist_ok=True)
        digest = _sha512(path)
        image_id = facts.pop("id", None) or str(uuid.uuid5(_ID_SPACE, f"{name}/{digest}"))
        file_name = f"{image_id}.{disk_format}"
        _copy(path, self.directory / file_name)
        entry = dict(facts, id=image_id, name=name, file=file_name, disk_format=disk_format)
        entry |= {"size": path.stat().st_size, "hash_algo": "sha512", "hash_value": digest}
        with self._changing() as entries:
            entries[image_id] = entry
        return facts_of(entry)

    @contextmanager
    def _changing(self) -> Iterator[dict[str, dict[str, Any]]]:
        """The index to change, alone among all threads and processes of this machine."""
        with self._locked():
            entries = self._read()
            yield entries
            _write(self.directory / INDEX, list(entries.values()))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            lock = (self.directory / ".lock").open("w")
        except OSError as closed:
            raise ImageUnavailable(f"The image directory can't be changed: {closed}") from closed
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _entry(self, ctx: Any, image_id: str) -> dict[str, Any]:
        entry = self._index().get(image_id)
        if entry is None or not _visible(ctx, entry):
            raise ImageNotFound(image_id)
        return entry

    def _index(self) -> dict[str, dict[str, Any]]:
        with self._lock:
            try:
                status = (self.directory / INDEX).stat()
            except FileNotFoundError:
                return {}
            stamp = (status.st_mtime_ns, status.st_ino)
            if stamp != self._stamp:
                self._entries, self._stamp = self._read(), stamp
            return self._entries

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            documents = json.loads((self.directory / INDEX).read_bytes())
            return {str(entry["id"]): {"name": "", **entry} for entry in documents}
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, KeyError) as broken:
            raise ImageUnavailable(
                f"The index of the image directory is broken: {broken}"
            ) from None

    def _file(self, entry: dict[str, Any]) -> Path:
        path = (self.directory / str(entry["file"])).resolve()
        if not path.is_relative_to(self.directory.resolve()):
            raise ImageNotFound(entry["id"])
        return path


def _visible(ctx: Any, entry: dict[str, Any]) -> bool:
    if entry.get("visibility", "public") != "private" or getattr(ctx, "is_admin", False):
        return True
    return bool(entry.get("owner")) and getattr(ctx, "project_id", None) == entry["owner"]


def facts_of(entry: dict[str, Any]) -> ImageFacts:
    known = {name: entry[name] for name in ImageFacts.fields if entry.get(name) is not None}
    return ImageFacts(**known)


def _sha512(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha512").hexdigest()


def _copy(source: Path, target: Path) -> None:
    partial = target.with_suffix(f".{os.getpid()}.part")
    with source.open("rb") as read, partial.open("wb") as written:
        for chunk in stream.pieces(read):
            written.write(chunk)
    partial.replace(target)


def _write(path: Path, documents: list[dict[str, Any]]) -> None:
    partial = path.with_suffix(f".{os.getpid()}.part")
    partial.write_text(json.dumps(documents, indent=2, sort_keys=True))
    partial.replace(path)
