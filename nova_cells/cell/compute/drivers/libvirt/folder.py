# SPDX-License-Identifier: Apache-2.0
"""A machine's folder: its disks, its console log, and a note of whose it is.

The note is the first thing made and the last thing removed, so that whatever a crash leaves is
still seen as ours and can be finished or cleared away. Where hosts share the folder each has a note
of its own in it, and the disks stay as long as another host's note says that they are needed.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid as uuids
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from nova_cells.cell.compute.drivers.libvirt.marks import Mark

NOTE = "machine.json"
NOTES = "machine*.json"


@dataclass(frozen=True)
class Folder:
    """Names everything a machine has on disk. `note`: the file name of this host's note."""

    path: Path
    note: str = NOTE

    @property
    def root(self) -> Path:
        return self.path / "root.qcow2"

    @property
    def kernel(self) -> Path:
        return self.path / "kernel"

    @property
    def ramdisk(self) -> Path:
        return self.path / "ramdisk"

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
    def nvram(self) -> Path:
        """What a guest with UEFI has it remember."""
        return self.path / "nvram.fd"

    @property
    def console(self) -> Path:
        return self.path / "console.log"

    def open(self, mark: Mark) -> None:
        """Have the folder with its note; an older note is replaced."""
        self.path.mkdir(mode=0o711, parents=True, exist_ok=True)
        note = {
            "deployment": mark.deployment,
            "epoch": mark.epoch,
            "generation": mark.generation,
        }
        if self._note() != {**self._note(), **note}:
            self._write(note)

    def based_on(self, base: str | None) -> None:
        """Remember which cached image the root disk needs; None: it needs none."""
        self._write({**self._note(), "base": base})

    def mark(self) -> Mark | None:
        note = self._note()
        return _mark(note) if note else None

    def rescued_with(self, base: str | None) -> None:
        """Remember which cached image the rescue disk needs; None: there is no such disk."""
        self._write({**self._note(), "rescue_base": base})

    def base(self) -> str | None:
        """The cached image its root disk is based on, as this host knows it."""
        return self._note().get("base")

    def bases(self) -> set[str]:
        """The cached images its disks are based on, whichever host says so."""
        notes = [_read(path) for path in self.path.glob(NOTES)]
        names = ("base", "rescue_base")
        return {base for note in notes for name in names if (base := note.get(name))}

    def needed_elsewhere(self) -> bool:
        """Whether another host has the machine in this folder too, in no earlier a life."""
        mine = self._note()
        others = [_read(path) for path in self.path.glob(NOTES) if path.name != self.note]
        return any(_life(note) >= _life(mine) for note in others if note)

    def remove(self) -> None:
        """Take all away, the note last; nothing to do when it is gone.

        What another host needs stays.
        """
        if not self.path.exists():
            return
        if self.needed_elsewhere():
            (self.path / self.note).unlink(missing_ok=True)
            return
        for entry in self.path.iterdir():
            if entry.name != self.note:
                _delete(entry)
        (self.path / self.note).unlink(missing_ok=True)
        shutil.rmtree(self.path, ignore_errors=True)

    def _note(self) -> dict:
        return _read(self.path / self.note)

    def _write(self, note: dict) -> None:
        partial = self.path / f"{self.note}.part"
        with partial.open("w") as stream:
            json.dump(note, stream)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(self.path / self.note)


class Folders:
    """All machines' folders of one host; `host` is named where others have theirs in `root` too."""

    def __init__(self, root: Path, host: str = "") -> None:
        self.root = root
        self._note = f"machine.{quote(host, safe='')}.json" if host else NOTE

    def of(self, uuid: str) -> Folder:
        return Folder(self.root / file_name(uuid), self._note)

    def all(self, deployment: str) -> dict[str, Folder]:
        """Those of this deployment."""
        if not self.root.exists():
            return {}
        found = [path for path in self.root.iterdir() if is_uuid(path.name)]
        folders = {path.name: Folder(path, self._note) for path in found}
        return {
            uuid: folder
            for uuid, folder in folders.items()
            if (mark := folder.mark()) is not None and mark.deployment == deployment
        }


def file_name(uuid: str) -> str:
    """A name that stays inside the root, whatever somebody calls a machine."""
    try:
        return str(uuids.UUID(uuid))
    except ValueError:
        return str(uuids.uuid5(uuids.NAMESPACE_OID, uuid))


def _read(path: Path) -> dict:
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}


def _mark(note: dict) -> Mark:
    return Mark(note["deployment"], note["epoch"], note.get("generation", 0))


def _life(note: dict) -> tuple[int, int]:
    return note.get("epoch", 0), note.get("generation", 0)


def is_uuid(text: str) -> bool:
    """Whether a folder of this name may be a machine's."""
    try:
        return str(uuids.UUID(text)) == text
    except ValueError:
        return False


def _delete(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink(missing_ok=True)
