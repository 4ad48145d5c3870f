# SPDX-License-Identifier: Apache-2.0
"""How a fake guest gets from one fake host to another: through a door of the destination.

A destination expects a guest; the source leaves it at the door; the destination may refuse it until
then. Of leaving and refusing only one can succeed, in one process or between two.
"""

from __future__ import annotations

import os
import threading
import uuid as uuids
import weakref
from pathlib import Path
from typing import Any

import orjson

Guest = dict[str, Any]
"""A fake guest as plain values."""


class Door:
    """The door of a host that keeps its machines in memory."""

    def __init__(self) -> None:
        self.name = f"memory:{uuids.uuid4()}"
        self._lock = threading.Lock()
        self._expected: dict[str, Guest | None] = {}
        _DOORS[self.name] = self

    def expect(self, uuid: str) -> None:
        """From now on it may be left here."""
        with self._lock:
            self._expected.setdefault(uuid, None)

    def leave(self, uuid: str, guest: Guest) -> bool:
        """Leave a guest here; False where it is not, or no longer, expected. Twice is once."""
        with self._lock:
            if uuid not in self._expected:
                return False
            if self._expected[uuid] is None:
                self._expected[uuid] = guest
            return True

    def arrived(self, uuid: str) -> Guest | None:
        """What was left here."""
        with self._lock:
            return self._expected.get(uuid)

    def refuse(self, uuid: str) -> bool:
        """Expect it no longer; False where it was left already, and is."""
        with self._lock:
            if self._expected.get(uuid) is not None:
                return False
            self._expected.pop(uuid, None)
            return True

    def forget(self, uuid: str) -> None:
        """It is not here any more."""
        with self._lock:
            self._expected.pop(uuid, None)


class FolderDoor(Door):
    """The same as files: leaving is renaming one, refusing is deleting it."""

    def __init__(self, path: Path) -> None:
        self.name = f"folder:{path}"
        self._path = path

    def expect(self, uuid: str) -> None:
        if not self._file(uuid, "arrived").exists():
            self._path.mkdir(parents=True, exist_ok=True)
            self._file(uuid, "expected").touch()

    def leave(self, uuid: str, guest: Guest) -> bool:
        arrived = self._file(uuid, "arrived")
        if arrived.exists():
            return True
        if not self._file(uuid, "expected").exists():
            return False
        fresh = self._file(uuid, "sent")
        fresh.write_bytes(orjson.dumps(guest))
        try:
            os.rename(self._file(uuid, "expected"), arrived)
        except FileNotFoundError:
            fresh.unlink(missing_ok=True)
            return False
        return True

    def arrived(self, uuid: str) -> Guest | None:
        if not self._file(uuid, "arrived").exists():
            return None
        guest: Guest = orjson.loads(self._file(uuid, "sent").read_bytes())
        return guest

    def refuse(self, uuid: str) -> bool:
        self._file(uuid, "expected").unlink(missing_ok=True)
        return not self._file(uuid, "arrived").exists()

    def forget(self, uuid: str) -> None:
        for kind in ("expected", "arrived", "sent"):
            self._file(uuid, kind).unlink(missing_ok=True)

    def _file(self, uuid: str, kind: str) -> Path:
        return self._path / f"{uuid}.{kind}"


_DOORS: weakref.WeakValueDictionary[str, Door] = weakref.WeakValueDictionary()


def door_named(name: str) -> Door | None:
    """The door a destination has told of; None where it is in another process's memory."""
    kind, _, where = name.partition(":")
    return FolderDoor(Path(where)) if kind == "folder" else _DOORS.get(name)
