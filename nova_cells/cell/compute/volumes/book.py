# SPDX-License-Identifier: Apache-2.0
"""What is connected on this host for whom, on disk: letting go must not depend on being told how.

One file for each volume of a guest, readable by root only, for a connection is a secret. It is
written before the host connects anything and taken away after it has let go.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from nova_cells.cell.compute.ledger.log_file import sync_folder

Document = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """`device`: what os-brick said of it; empty until it is connected. `boot`: of which boot.

    `linked`: the name of its link, where that is another: the volume was called otherwise once.
    """

    host: str
    uuid: str
    volume_id: str
    connection: Document
    device: Document = field(default_factory=dict)
    boot: str = ""
    linked: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.host, self.uuid, self.volume_id


class Book:
    """`folder` belongs to one agent; the links beside it are for hypervisors to follow."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._links = folder.with_name("devices")

    def get(self, host: str, uuid: str, volume_id: str) -> Entry | None:
        """One entry, if there is one."""
        return _read(self._path(host, uuid, volume_id))

    def put(self, entry: Entry) -> None:
        """Durable when this returns."""
        path = self._path(*entry.key)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(path.name + ".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            json.dump(asdict(entry), stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(fresh, path)
        sync_folder(path.parent)

    def strike(self, entry: Entry) -> None:
        """It is let go of."""
        path = self._path(*entry.key)
        for left in (path, self.link(entry)):
            left.unlink(missing_ok=True)
            if left.parent.exists() and not any(left.parent.iterdir()):
                left.parent.rmdir()

    def rename(self, entry: Entry, volume_id: str) -> None:
        """Its service calls it otherwise from now on; a guest's definition does not."""
        self.put(replace(entry, volume_id=volume_id, linked=entry.linked or entry.volume_id))
        self._path(*entry.key).unlink(missing_ok=True)

    def of_guest(self, host: str, uuid: str) -> list[Entry]:
        """All that a guest has here."""
        return list(_all(self._guest(host, uuid)))

    def every(self) -> Iterator[Entry]:
        """All that any guest of this agent has."""
        for guest in self._folder.glob("*/*"):
            yield from _all(guest)

    def guests(self, host: str) -> set[str]:
        """Guests of a host that have something here."""
        return {unquote(path.name) for path in (self._folder / _name(host)).glob("*")}

    def link(self, entry: Entry) -> Path:
        """The name by which a guest's definition knows a device: the kernel's may change."""
        guest = self._links / _name(entry.host) / _name(entry.uuid)
        return guest / _name(entry.linked or entry.volume_id)

    def _guest(self, host: str, uuid: str) -> Path:
        return self._folder / _name(host) / _name(uuid)

    def _path(self, host: str, uuid: str, volume_id: str) -> Path:
        return self._guest(host, uuid) / f"{_name(volume_id)}.json"


def _all(guest: Path) -> Iterator[Entry]:
    for path in sorted(guest.glob("*.json")):
        entry = _read(path)
        if entry is not None:
            yield entry


def _read(path: Path) -> Entry | None:
    try:
        return Entry(**json.loads(path.read_text()))
    except FileNotFoundError:
        return None


def _name(text: str) -> str:
    return quote(text, safe="").replace(".", "%2E")
