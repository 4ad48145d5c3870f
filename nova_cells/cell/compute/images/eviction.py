# SPDX-License-Identifier: Apache-2.0
"""Keeps a cache of images in bounds: forgets what is old, then what is too much, never what is in
use or was asked for a moment ago.

What downloads that died have left is cleared away too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from oslo_config import cfg

from nova_cells.cell.compute.images.locks import Busy, alone

InUse = Callable[[Iterable[Path]], set[str]]
"""Folders of machines → file names of the images that those machines need."""
MOMENT = 600.0
_HALF = (".part", ".converted", ".note")
_ASIDE = ".forgotten"


@dataclass(frozen=True)
class Bounds:
    """`unused_for`: seconds an image is kept after its last use; `most`: bytes in all, 0 for any.

    `moment`: seconds after its last use in which even a full cache keeps it.
    """

    unused_for: float
    most: int = 0
    moment: float = MOMENT

    @classmethod
    def from_conf(cls, conf: cfg.ConfigOpts) -> Bounds:
        options = conf.image_cache
        return cls(options.unused_retention, options.most_gb << 30)


@dataclass(frozen=True)
class _Image:
    """One that is in the cache: its size in bytes, and when it was asked for last."""

    path: Path
    size: int
    used: float

    def forget(self, used_before: float) -> bool:
        """Take it away unless it was asked for meanwhile: who asks touches it or finds it gone."""
        aside = self.path.with_suffix(_ASIDE)
        try:
            self.path.replace(aside)
            if aside.stat().st_mtime > used_before:
                aside.replace(self.path)
                return False
        except FileNotFoundError:
            return False
        self.path.with_suffix(".json").unlink(missing_ok=True)
        aside.unlink(missing_ok=True)
        return True


def evict(
    folder: Path, in_use: Callable[[], set[str]], bounds: Bounds, lock: Callable[[str], Path]
) -> None:
    """Bring the folder into its bounds; what somebody works on is left alone."""
    _clear_halves(folder, lock)
    now, kept = time.time(), _images(folder)
    excess = sum(image.size for image in kept) - bounds.most if bounds.most else 0
    old, idle = now - bounds.unused_for, now - bounds.moment
    doomed = [i for i in kept if i.used < old or (excess > 0 and i.used < idle)]
    needed = in_use() if doomed else set()
    for image in sorted(doomed, key=lambda each: each.used):
        if image.path.name in needed or (image.used >= old and excess <= 0):
            continue
        with suppress(Busy), alone(lock(image.path.name), None):
            if image.forget(max(old, idle) if excess > 0 else old):
                excess -= image.size


def _images(folder: Path) -> list[_Image]:
    found = []
    for note in folder.glob("*.json"):
        with suppress(FileNotFoundError):
            status = note.with_suffix("").stat()
            found.append(_Image(note.with_suffix(""), status.st_size, status.st_mtime))
    return found


def _clear_halves(folder: Path, lock: Callable[[str], Path]) -> None:
    """What a download that died has left: nobody holds its lock."""
    for half in folder.iterdir() if folder.is_dir() else ():
        if half.suffix in (*_HALF, _ASIDE):
            with suppress(Busy), alone(lock(half.stem), None):
                half.unlink(missing_ok=True)
