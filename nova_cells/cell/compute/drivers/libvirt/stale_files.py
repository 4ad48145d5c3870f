# SPDX-License-Identifier: Apache-2.0
"""Clears away what dead work has left in machines' folders: halves of files, folders of nobody.

Only what has not been written to for long: whoever works writes. A folder with a note is a machine,
whatever else is in it, and not judged here.
"""

from __future__ import annotations

import logging
import shutil
import time
from pathlib import Path

from nova_cells.cell.compute.drivers.libvirt.folder import NOTES, is_uuid

LOG = logging.getLogger(__name__)
OLD = 86400.0


def sweep(root: Path, *, older_than: float = OLD) -> list[Path]:
    """Answers what was removed."""
    if not root.exists():
        return []
    before, removed = time.time() - older_than, []
    for folder in root.iterdir():
        if is_uuid(folder.name) and folder.is_dir():
            removed += _sweep_one(folder, before)
    for path in removed:
        LOG.warning("removed %s, which dead work had left", path)
    return removed


def _sweep_one(folder: Path, before: float) -> list[Path]:
    if not any(folder.glob(NOTES)) and _is_old(folder, before):
        if all(_is_old(entry, before) for entry in folder.rglob("*")):
            shutil.rmtree(folder, ignore_errors=True)
            return [folder]
        return []
    parts = [part for part in folder.glob("*.part") if _is_old(part, before)]
    for part in parts:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)
    return parts


def _is_old(path: Path, before: float) -> bool:
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:
        return False
