# SPDX-License-Identifier: Apache-2.0
"""Root file system trees: each image's archive is unpacked once, and copied for each guest.

Copies, not overlays: an overlay is a mount, which is gone after a restart of the host, is not seen
by a libvirt with mounts of its own, and is left behind by a crash. Where the file system can share
blocks a copy costs as little.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import (
    DriverFailed,
    ImageUnusable,
    OutOfSpace,
    Progress,
)
from nova_cells.cell.compute.drivers.lxc import pack, unpack
from nova_cells.cell.compute.images.cache import ImageCache
from nova_cells.cell.compute.images.locks import Busy, alone
from nova_cells.cell.compute.images.qemu_img import Limits, run_limited
from nova_cells.objects import ImageFacts

_HALF = (".part", ".note")


@dataclass(frozen=True)
class Bounds:
    """What a tree may be: the ids its owners become, its bytes and entries."""

    first_id: int = 1000000
    ids: int = 65536
    size: int = 20 << 30
    entries: int = 1000000


@dataclass(frozen=True)
class Tree:
    """An unpacked image; `name` is that of its archive in the cache, `size` in bytes."""

    path: Path
    name: str
    size: int


class Trees:
    """Beside the cache of their archives; a tree goes when its archive went."""

    def __init__(self, folder: Path, archives: ImageCache, bounds: Bounds, limits: Limits) -> None:
        self.folder = folder
        self.archives = archives
        self.bounds = bounds
        self._limits = limits

    def has(self, image: ImageFacts) -> bool:
        """Whether it need not be fetched."""
        return self.archives.has(image)

    def fetch(
        self,
        image: ImageFacts,
        progress: Progress | None = None,
        trusted: Sequence[str] | None = None,
    ) -> Tree:
        """The image's tree, fetched and unpacked if it is not there; `trusted` as of the cache."""
        archive = self.archives.fetch(image, progress, trusted=trusted).path
        if (known := self._known(archive.name)) is not None:
            return known
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(self._lock(archive.name), lambda: progress(0) if progress else None):
            return self._known(archive.name) or self._unpack(archive)

    def copy(self, tree: Tree, target: Path) -> None:
        """A guest's own, under its name only when it is whole; one that is there is left alone."""
        if target.exists():
            return
        made = target.with_name(target.name + ".part")
        remove_tree(made)
        words = ["cp", "--archive", "--reflink=auto", "--no-target-directory"]
        run_limited([*words, str(tree.path), str(made)], self._limits.for_bytes(tree.size))
        os.sync()
        made.replace(target)

    def sweep(self) -> None:
        """Forget trees whose archives the cache has forgotten, and what a crash left."""
        for path in self.folder.glob("*.*"):
            name = path.name.partition(".")[0]
            orphan = not (self.archives.folder / name).exists()
            if name and (path.suffix in _HALF or (path.suffix == ".tree" and orphan)):
                with suppress(Busy), alone(self._lock(name), None):
                    self._forget(path, name)

    def _forget(self, path: Path, name: str) -> None:
        if path.suffix == ".tree":
            self._note(name).unlink(missing_ok=True)
        remove_tree(path)

    def _known(self, name: str) -> Tree | None:
        try:
            note = json.loads(self._note(name).read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        return Tree(self.folder / f"{name}.tree", name, note["size"])

    def unpack(self, archive: Path, target: Path) -> int:
        """Have the archive's tree at `target`, whole or not at all; answers its bytes."""
        made = target.with_name(target.name + ".part")
        remove_tree(made)
        made.mkdir(mode=0o755)
        try:
            size = self._run(archive, made)
            os.sync()
            remove_tree(target)
            made.replace(target)
        finally:
            remove_tree(made)
        return size

    def pack(self, tree: Path, target: Path) -> None:
        """An archive of a container's tree; one that runs may change while it is read."""
        numbers = (str(self.bounds.first_id), str(self.bounds.ids))
        child = [sys.executable, "-I", "-S", str(pack.__file__), str(tree), *numbers]
        limits = self._limits.for_bytes(self.size_of(tree))
        with target.open("wb") as output:
            done = subprocess.run(
                limits.held(child),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.PIPE,
                timeout=limits.timeout,
                check=False,
            )
            os.fsync(output.fileno())
        if done.returncode:
            words = done.stderr.decode("utf-8", "replace").strip()[-500:]
            fault = OutOfSpace if "No space left" in words else DriverFailed
            raise fault("The machine's files could not be packed.", words)

    def size_of(self, tree: Path) -> int:
        """Bytes of all its files; one of several links counts."""
        words = ["du", "--summarize", "--apparent-size", "--block-size=1", "--one-file-system"]
        return int(run_limited([*words, str(tree)], self._limits).split()[0])

    def _unpack(self, archive: Path) -> Tree:
        target = self.folder / f"{archive.name}.tree"
        size = self.unpack(archive, target)
        partial = self.folder / f"{archive.name}.note"
        partial.write_text(json.dumps({"size": size}))
        partial.replace(self._note(archive.name))
        return Tree(target, archive.name, size)

    def _run(self, archive: Path, target: Path) -> int:
        """Bytes unpacked; what the child refuses is the image's fault."""
        bounds, limits = self.bounds, self._limits.for_bytes(archive.stat().st_size)
        child = [sys.executable, "-I", "-S", str(unpack.__file__), str(archive), str(target)]
        numbers = (bounds.first_id, bounds.ids, bounds.size, bounds.entries)
        try:
            done = subprocess.run(
                limits.held([*child, *map(str, numbers)]),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=limits.timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ImageUnusable("Unpacking the image took too long.") from None
        return _size(done)

    def _note(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _lock(self, name: str) -> Path:
        return self.folder / f".{name}.lock"


def remove_tree(path: Path) -> None:
    """Take a tree away, whatever is in it; silent about one that is not there."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


def _size(done: subprocess.CompletedProcess[bytes]) -> int:
    words = done.stderr.decode("utf-8", "replace").strip()[-500:]
    if done.returncode == unpack.REFUSED:
        raise ImageUnusable(words)
    if done.returncode == unpack.FULL:
        raise OutOfSpace("The host has no room for the image.", words)
    if done.returncode < 0:
        raise ImageUnusable("The image needs too much to unpack.", f"signal {-done.returncode}")
    if done.returncode:
        raise DriverFailed("The image could not be unpacked.", words)
    return int(json.loads(done.stdout)["size"])
