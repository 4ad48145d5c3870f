# SPDX-License-Identifier: Apache-2.0
"""A machine's folder: its disks, its console log, and a note of whose it is.

The note is the first thing made and the last thing removed, so that whatever a crash leaves is
still seen as ours and can be finished or cleared away.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid as uuids
from dataclasses import dataclass
from pathlib import Path

from nova_cells.cell.compute.drivers.libvirt.marks import Mark

NOTE = "machine.json"


@dataclass(frozen=True)
class Folder:
    """Names everything a machine has on disk."""

    path: Path

    @property
    def root(self) -> Path:
        return self.path / "root.qcow2"

    @property
    def rescue(self) -> Path:
        return self.path / "rescue.qcow2"

    def ephemerals(self) -> list[Path]:
        """Those that are there."""
        return sorted(self.path.glob("ephemeral*.raw"))

    def ephemeral(self, number: int) -> Path:
        return self.path / f"ephemeral{number}.raw"

    @property
    def swap(self) -> Path:
        return self.path / "swap.raw"

    @property
    def config_drive(self) -> Path:
        return self.path / "config.iso"

    @property
    def console(self) -> Path:
        return self.path / "console.log"

    def open(self, mark: Mark) -> None:
        """Have the folder with its note; an older note is replaced."""
        self.path.mkdir(mode=0o711, parents=True, exist_ok=True)
        note = {"deployment": mark.deployment, "epoch": mark.epoch}
        if self._note() != {**self._note(), **note}:
            self._write(note)

    def based_on(self, base: str) -> None:
        """Remember which cached image the root disk needs."""
        self._write({**self._note(), "base": base})

    def mark(self) -> Mark | None:
        note = self._note()
        return Mark(note["deployment"], note["epoch"]) if note else None

    def rescued_with(self, base: str | None) -> None:
        """Remember which cached image the rescue disk needs; None: there is no such disk."""
        self._write({**self._note(), "rescue_base": base})

    def bases(self) -> set[str]:
        """The cached images its disks are based on."""
        note = self._note()
        return {base for name in ("base", "rescue_base") if (base := note.get(name))}

    def remove(self) -> None:
        """Take all away, the note last; nothing to do when it is gone."""
        if not self.path.exists():
            return
        for entry in self.path.iterdir():
            if entry.name != NOTE:
                _delete(entry)
        (self.path / NOTE).unlink(missing_ok=True)
        shutil.rmtree(self.path, ignore_errors=True)

    def _note(self) -> dict:
        try:
            return json.loads((self.path / NOTE).read_bytes())
        except (FileNotFoundError, ValueError):
            return {}

    def _write(self, note: dict) -> None:
        partial = self.path / f"{NOTE}.part"
        with partial.open("w") as stream:
            json.dump(note, stream)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(self.path / NOTE)


class Folders:
    """All machines' folders of one host."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def of(self, uuid: str) -> Folder:
        return Folder(self.root / _file_name(uuid))

    def all(self, deployment: str) -> dict[str, Folder]:
        """Those of this deployment."""
        if not self.root.exists():
            return {}
        folders = {path.name: Folder(path) for path in self.root.iterdir() if _is_uuid(path.name)}
        return {
            uuid: folder
            for uuid, folder in folders.items()
            if (mark := folder.mark()) is not None and mark.deployment == deployment
        }


def _file_name(uuid: str) -> str:
    """A name that stays inside the root, whatever somebody calls a machine."""
    try:
        return str(uuids.UUID(uuid))
    except ValueError:
        return str(uuids.uuid5(uuids.NAMESPACE_OID, uuid))


def _is_uuid(text: str) -> bool:
    try:
        return str(uuids.UUID(text)) == text
    except ValueError:
        return False


def _delete(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink(missing_ok=True)
