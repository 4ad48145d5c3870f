# SPDX-License-Identifier: Apache-2.0
"""Images of servers in the directory: what was snapshotted can be booted, without an image service.

The index is changed under a lock of the directory, and a file is there before the index names it:
a crash leaves an image without bytes, or a file nobody names, which the next try replaces.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nova_cells.clients.images.faults import ImageNotFound
from nova_cells.clients.images.interface import ImageStore
from nova_cells.clients.images.local import LocalImages, facts_of
from nova_cells.objects import ImageFacts

_OURS = ("id", "name", "min_disk", "min_ram", "properties")


class LocalStore(LocalImages, ImageStore):
    """The directory, for reading and writing."""

    def create(self, ctx: Any, image: ImageFacts) -> None:
        document = image.document()
        entry = {name: document[name] for name in _OURS}
        entry |= {"owner": getattr(ctx, "project_id", None), "visibility": "private"}
        entry |= {"status": "queued", "created_at": time.time_ns()}
        with self._changing() as entries:
            entries.setdefault(image.id, entry)

    def upload(
        self,
        image_id: str,
        disk_format: str,
        chunks: Iterable[bytes],
        container_format: str = "bare",
    ) -> ImageFacts:
        known = self._index().get(image_id)
        if known is None:
            raise ImageNotFound(image_id)
        if known.get("status", "active") == "active":
            return facts_of(known)
        file = f"{image_id}.{disk_format}"
        partial = self.directory / f"{file}.{os.getpid()}.part"
        try:
            size, digest = _fill(partial, chunks)
            with self._changing() as entries:
                if image_id not in entries:
                    raise ImageNotFound(image_id)
                partial.replace(self.directory / file)
                entry = {**entries[image_id], "file": file, "disk_format": disk_format}
                entry |= {"status": "active", "size": size, "container_format": container_format}
                entry |= {"hash_algo": "sha512", "hash_value": digest}
                entries[image_id] = entry
        finally:
            partial.unlink(missing_ok=True)
        return facts_of(entry)

    def delete(self, image_id: str, ctx: Any = None) -> None:
        if ctx is not None:
            self._entry(ctx, image_id)
        with self._changing() as entries:
            entry = entries.pop(image_id, {})
        if "file" in entry:
            self._file(entry).unlink(missing_ok=True)

    def owned(self, project_id: str, properties: Mapping[str, str]) -> list[ImageFacts]:
        found = [
            entry
            for entry in self._index().values()
            if entry.get("owner") == project_id
            and properties.items() <= entry.get("properties", {}).items()
        ]
        found.sort(key=lambda entry: (entry.get("created_at", 0), entry["id"]), reverse=True)
        return [facts_of(entry) for entry in found]


def _fill(path: Path, chunks: Iterable[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha512(), 0
    with path.open("wb") as target:
        for chunk in chunks:
            target.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        target.flush()
        os.fsync(target.fileno())
    return size, digest.hexdigest()
