# SPDX-License-Identifier: Apache-2.0
"""The old size of a guest that was resized where it is: copies of its disks, and its definition.

The file that names them is written when all copies are whole and removed when nothing is needed any
more: without it there is no old size to go back to.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import Progress
from nova_cells.cell.compute.drivers.libvirt.folder import Folder
from nova_cells.cell.compute.drivers.libvirt.sparse import copy, data_size

_WHOLE = "kept.json"


def keep(folder: Folder, definition: str, progress: Progress) -> None:
    """Keep disks and definition as they are; nothing to do where an old size is kept already."""
    place = _place(folder)
    if (place / _WHOLE).exists():
        return
    place.mkdir(mode=0o700, exist_ok=True)
    disks = _disks(folder)
    total, done = max(1, sum(data_size(disk) for disk in disks)), 0
    for disk in disks:
        copy(disk, place / disk.name, lambda n, d=done: progress(min(99, (d + n) * 100 // total)))
        done += data_size(disk)
    kept = {"definition": definition, "disks": [disk.name for disk in disks]}
    partial = place / f"{_WHOLE}.part"
    partial.write_text(json.dumps(kept))
    partial.replace(place / _WHOLE)


def definition(folder: Folder) -> str | None:
    """The old definition; None where no old size is kept."""
    path = _place(folder) / _WHOLE
    return str(json.loads(path.read_bytes())["definition"]) if path.exists() else None


def put_back(folder: Folder) -> None:
    """Have the old disks in place of the new; a crash in the middle is finished by another call."""
    place = _place(folder)
    names = json.loads((place / _WHOLE).read_bytes())["disks"]
    for name in names:
        if (place / name).exists():
            (place / name).replace(folder.path / name)
    for disk in _disks(folder):
        if disk.name not in names:
            disk.unlink()


def forget(folder: Folder) -> None:
    """Keep no old size any more."""
    (_place(folder) / _WHOLE).unlink(missing_ok=True)
    shutil.rmtree(_place(folder), ignore_errors=True)


def _place(folder: Folder) -> Path:
    return folder.path / "old-size"


def _disks(folder: Folder) -> list[Path]:
    found = (folder.root, *folder.ephemerals(), folder.swap)
    return [path for path in found if path.exists()]
