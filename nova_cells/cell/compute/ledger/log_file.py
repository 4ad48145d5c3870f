# SPDX-License-Identifier: Apache-2.0
"""An append-only file of lines that is durable when it says so.

Many threads append; one `fsync` serves all that were written before it began. After a crash at any
byte the file opens again: a torn end is cut off, so that the next line starts on a line of its own.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nova_cells.cell.compute.ledger import records

LOG = logging.getLogger(__name__)


class LogFile:
    """Opened by `load`, which answers what the file holds."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self.syncs = 0
        self._fd = -1
        self._write = threading.Lock()
        self._sync = threading.Lock()
        self._written = 0
        self._durable = 0

    def load(self) -> list[dict[str, Any]]:
        """Open the file, made if absent, and answer its whole records."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        known = self.path.exists()
        self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        if not known:
            sync_folder(self.path.parent)
        content = self.path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            LOG.warning("%s: a torn record of %d bytes cut off", self.path, len(content) - whole)
            os.ftruncate(self._fd, whole)
        self.size = whole
        found = list(records.read(content[:whole]))
        if lost := found.count(None):
            LOG.error("%s: %d damaged records passed over", self.path, lost)
        return [record for record in found if record is not None]

    def append(self, record: dict[str, Any], *, durable: bool) -> None:
        """Write one record; if `durable` it is on disk when this returns."""
        line = records.encode(record)
        with self._write:
            self._write_whole(line)
            self.size += len(line)
            self._written += 1
            mine = self._written
        if durable:
            self._make_durable(mine)

    def replace(self, content: Iterable[dict[str, Any]]) -> None:
        """Put `content` in the file's place at once; the caller lets nobody append meanwhile."""
        body = b"".join(records.encode(record) for record in content)
        fresh = self.path.with_suffix(".new")
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            _write_all(fd, body)
            os.fsync(fd)
        finally:
            os.close(fd)
        with self._sync, self._write:
            os.replace(fresh, self.path)
            sync_folder(self.path.parent)
            os.close(self._fd)
            self._fd = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
            self.size = len(body)
            self._durable = self._written

    def close(self) -> None:
        """Close the file; what was appended without `durable` reaches the disk in its own time."""
        with self._sync, self._write:
            if self._fd >= 0:
                os.close(self._fd)
            self._fd = -1

    def _write_whole(self, line: bytes) -> None:
        try:
            _write_all(self._fd, line)
        except OSError:
            if self._fd >= 0:
                os.ftruncate(self._fd, self.size)
            raise

    def _make_durable(self, mine: int) -> None:
        with self._sync:
            if self._durable >= mine:
                return
            with self._write:
                reached = self._written
            os.fdatasync(self._fd)
            self.syncs += 1
            self._durable = reached


def _write_all(fd: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]


def sync_folder(folder: Path) -> None:
    """Make a file's name in `folder` as durable as its bytes."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
