# SPDX-License-Identifier: Apache-2.0
"""Which folders of machines lean on a cache: agents that share one must not forget for each other.

Each writes down where its machines are before it uses the cache.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


class Tenants:
    """One file a folder of machines."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, machines: Path) -> None:
        """Machines in this folder may need images of the cache."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / hashlib.sha256(os.fsencode(machines)).hexdigest()[:40]
        if not path.exists():
            partial = path.with_suffix(f".{os.getpid()}")
            partial.write_bytes(os.fsencode(machines))
            partial.replace(path)

    def all(self) -> list[Path]:
        """All that are there; one whose folder is gone is struck off."""
        found = []
        for note in self._folder.glob("*"):
            if note.suffix:
                continue
            machines = Path(os.fsdecode(note.read_bytes()))
            if machines.is_dir():
                found.append(machines)
            elif not machines.parent.is_dir():
                note.unlink(missing_ok=True)
        return found
