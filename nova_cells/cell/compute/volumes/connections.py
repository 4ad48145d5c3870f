# SPDX-License-Identifier: Apache-2.0
"""Connects volumes for guests of this host and lets go of them, each as often as is asked.

What several guests share is let go of by the last of them. A guest's definition names a device by a
link of ours: the kernel may give the device another name after the next start of the host.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.volumes.book import Book, Document, Entry
from nova_cells.cell.compute.volumes.locks import alone

Volume = Document
FILE_SYSTEMS = ("nfs",)
"""Kinds whose volumes are files on something that is mounted."""


def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


class Connections:
    """Of all hosts of one agent."""

    def __init__(
        self,
        book: Book,
        brick: Any,
        locks: Path,
        boot_id: Callable[[], str] = _boot_id,
    ) -> None:
        self.book = book
        self.brick = brick
        self._locks = locks
        self._boot_id = boot_id

    @classmethod
    def from_conf(cls, conf: Any, state_dir: Path) -> Connections:
        """As configured; the book is in the agent's folder."""
        from nova_cells.cell.compute.volumes.brick import Brick  # not for hosts without volumes

        options, folder = conf.host_volumes, state_dir / "volumes"
        brick = Brick(options, folder / "mounts")
        return cls(Book(folder / "book"), brick, Path(options.lock_path))

    def of(self, host: str) -> HostConnections:
        """Those of one host."""
        return HostConnections(self, host)

    def connect(self, host: str, uuid: str, volume: Volume) -> Volume:
        """The volume with a connection to something that is on this host now."""
        connection = volume.get("connection")
        if not connection:
            raise DriverRefused("The host was not told how to reach the volume.", volume["id"])
        entry = Entry(host, uuid, volume["id"], connection)
        with self._alone(entry):
            entry = self._connected(entry)
        return {**volume, "connection": self._here(entry)}

    def again(self, host: str, uuid: str) -> None:
        """Connect what the guest had before the host itself was started."""
        for entry in self.book.of_guest(host, uuid):
            self.connect(host, uuid, {"id": entry.volume_id, "connection": entry.connection})

    def release(self, host: str, uuid: str, volume_id: str) -> None:
        """The guest does not use it any more; silent about one that it never had."""
        entry = self.book.get(host, uuid, volume_id)
        if entry is None:
            return
        with self._alone(entry):
            if not self._others(entry):
                self.brick.disconnect(entry.connection, entry.device)
            if _is_file(entry) and not self._neighbours(entry):
                self.brick.unmount(entry.connection)
            self.book.strike(entry)

    def release_all(self, host: str, uuid: str) -> None:
        """The guest is not here any more."""
        for entry in self.book.of_guest(host, uuid):
            self.release(host, uuid, entry.volume_id)

    def take_place(self, host: str, uuid: str, volume_id: str, old_id: str) -> None:
        """The guest uses this volume under the id of the old one, which it does not use any more.

        Asked again that is so already: what is let go of then is only a second entry.
        """
        entry, old = self.book.get(host, uuid, volume_id), self.book.get(host, uuid, old_id)
        if entry is None:
            return
        if old is not None and old.connection == entry.connection:
            self.book.strike(entry)
            return
        self.release(host, uuid, old_id)
        with self._alone(entry):
            self.book.rename(entry, old_id)

    def is_in_file(self, host: str, uuid: str, volume_id: str, file: str) -> None:
        """The guest has another file of the volume, beside the one it was connected as."""
        entry = self.book.get(host, uuid, volume_id)
        if entry is None or not _is_file(entry) or not entry.device:
            return
        data = {**entry.connection["data"], "name": file, "format": "qcow2"}
        device = {**entry.device, "path": str(Path(entry.device["path"]).with_name(file))}
        with self._alone(entry):
            connection = {**entry.connection, "data": data}
            self.book.put(replace(entry, connection=connection, device=device))

    def extend(self, host: str, uuid: str, volume_id: str) -> int:
        """Have the host see that it has grown; bytes. 0: it is a file, which is what it is."""
        entry = self.book.get(host, uuid, volume_id)
        if entry is None:
            raise DriverRefused("The volume is not connected for the machine.", volume_id)
        if _is_file(entry):
            return 0
        with self._alone(entry):
            return int(self.brick.extend(entry.connection))

    def _connected(self, entry: Entry) -> Entry:
        known = self.book.get(*entry.key)
        if known is not None and self._is_there(known, entry):
            return known
        if known is not None and known.connection != entry.connection and not self._others(known):
            self.brick.disconnect(known.connection, known.device)
        if known is not None:
            entry = replace(entry, linked=known.linked)
        self.book.put(entry)
        entry = replace(entry, device=self.brick.connect(entry.connection), boot=self._boot_id())
        self.book.put(entry)
        return entry

    def _is_there(self, known: Entry, asked: Entry) -> bool:
        same = known.connection == asked.connection and known.boot == self._boot_id()
        if not same or not known.device:
            return False
        if _is_file(known) and not self.brick.is_mounted(known.connection):
            return False
        return os.path.exists(known.device["path"])

    def _here(self, entry: Entry) -> Document:
        """As a driver takes it: a path on this host."""
        path = Path(entry.device["path"])
        if path.is_block_device():
            path = self._linked(entry, path)
        data = entry.connection.get("data", {})
        told = {name: data[name] for name in ("format", "access_mode", "encrypted") if name in data}
        return {"driver_volume_type": "local", "data": {**told, "device_path": str(path)}}

    def _linked(self, entry: Entry, device: Path) -> Path:
        link = self.book.link(entry)
        link.parent.mkdir(parents=True, exist_ok=True)
        fresh = link.with_name(link.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(device)
        fresh.replace(link)
        return link

    def _others(self, entry: Entry) -> list[Entry]:
        """Who else uses the same volume here."""
        return [
            other
            for other in self.book.every()
            if other.volume_id == entry.volume_id and other.key != entry.key
        ]

    def _neighbours(self, entry: Entry) -> list[Entry]:
        """Whose volumes are on the same export."""
        mine = _thing(entry)
        return [
            other for other in self.book.every() if other.key != entry.key and _thing(other) == mine
        ]

    def _alone(self, entry: Entry) -> Any:
        return alone(self._locks, _thing(entry))


class HostConnections:
    """What steps on one host use."""

    def __init__(self, connections: Connections, host: str) -> None:
        self._all = connections
        self._host = host

    def connect(self, uuid: str, volume: Volume) -> Volume:
        return self._all.connect(self._host, uuid, volume)

    def has(self, uuid: str, volume_id: str) -> bool:
        """Whether it is connected for the guest, as far as the book knows."""
        return self._all.book.get(self._host, uuid, volume_id) is not None

    def again(self, uuid: str) -> None:
        """All of a guest that is to be started by the host itself."""
        self._all.again(self._host, uuid)

    def release(self, uuid: str, volume_id: str) -> None:
        self._all.release(self._host, uuid, volume_id)

    def release_all(self, uuid: str) -> None:
        self._all.release_all(self._host, uuid)

    def take_place(self, uuid: str, volume_id: str, old_id: str) -> None:
        self._all.take_place(self._host, uuid, volume_id, old_id)

    def is_in_file(self, uuid: str, volume_id: str, file: str) -> None:
        self._all.is_in_file(self._host, uuid, volume_id, file)

    def extend(self, uuid: str, volume_id: str) -> int:
        return self._all.extend(self._host, uuid, volume_id)


def _is_file(entry: Entry) -> bool:
    return entry.connection.get("driver_volume_type") in FILE_SYSTEMS


def _thing(entry: Entry) -> str:
    """What two must not connect at once: an export, or a volume."""
    if _is_file(entry):
        return str(entry.connection.get("data", {}).get("export"))
    return entry.volume_id
