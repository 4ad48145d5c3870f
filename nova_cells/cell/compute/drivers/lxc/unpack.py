# SPDX-License-Identifier: Apache-2.0
"""The child that unpacks an archive into an empty folder, and the only code that reads one.

It makes the folder its root before it looks inside the archive: no name, link or .. in there can
reach outside. So whatever it needs is imported and opened before that, and it is run as a file, not
as a part of the package, whose imports would take longer than its work.
"""

from __future__ import annotations

import argparse
import errno
import gzip
import json
import lzma
import os
import shutil
import subprocess
import sys
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

GZIP, XZ, ZSTD = "gz", "xz", "zst"
_PACKED = ((b"\x1f\x8b\x08", GZIP), (b"\xfd7zXZ\0", XZ), (b"\x28\xb5\x2f\xfd", ZSTD))
_TAR, _TAR_AT = b"ustar", 257
REFUSED, FULL = 3, 4
CHUNK = 1 << 20
MODES = 0o7777
_HARMLESS_ABSENT = ("dev",)
"""Folders whose devices are left out: a container gets its own over them."""


def packing(head: bytes) -> str | None:
    """How an archive that begins with `head` is packed: "" plainly, None if it is none."""
    if head[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR:
        return ""
    return next((name for magic, name in _PACKED if head.startswith(magic)), None)


class Refused(Exception):
    """The archive is not what a container can start from; the reason is for its owner."""


class Tree:
    """Makes the entries of an archive below the root of this process, counting what they take."""

    def __init__(self, first_id: int, ids: int, room: int, entries: int) -> None:
        self._first_id, self._ids = first_id, ids
        self._room, self._entries = room, entries
        self._folders: dict[str, tarfile.TarInfo] = {}
        self.size = 0
        self.count = 0

    def fill(self, archive: tarfile.TarFile) -> None:
        for entry in archive:
            self._count(entry)
            path = _inside(entry.name)
            if path:
                self._make(archive, entry, path)
        for path, entry in reversed(self._folders.items()):
            self._dress(path, entry)
        if not self.count:
            raise Refused("The archive is empty.")

    def _count(self, entry: tarfile.TarInfo) -> None:
        self.count += 1
        if entry.isreg():
            self.size += max(0, entry.size)
        if self.size > self._room:
            raise Refused(f"The archive unpacks to more than {self._room >> 20} MiB.")
        if self.count > self._entries:
            raise Refused(f"The archive has more than {self._entries} entries.")

    def _make(self, archive: tarfile.TarFile, entry: tarfile.TarInfo, path: str) -> None:
        if _is_device(entry, path):
            return
        self._have_parents(path)
        if entry.isdir():
            _have_folder(path)
            self._folders[path] = entry
            return
        self._clear(path)
        if entry.issym():
            os.symlink(entry.linkname, path)
        elif entry.islnk():
            _link(_inside(entry.linkname), path)
            return
        elif entry.isfifo():
            os.mkfifo(path, 0o600)
        else:
            _write(archive, entry, path)
        self._dress(path, entry)

    def _have_parents(self, path: str) -> None:
        parent = os.path.dirname(path)
        if parent and not os.path.isdir(parent):
            self._have_parents(parent)
            _have_folder(parent)
            os.chown(parent, self._first_id, self._first_id)

    def _clear(self, path: str) -> None:
        if os.path.isdir(path) and not os.path.islink(path):
            raise Refused(f"The archive has both a folder and something else named {path!r}.")
        if os.path.lexists(path):
            os.unlink(path)

    def _dress(self, path: str, entry: tarfile.TarInfo) -> None:
        """Owner first: changing it takes away the bits that let others act as the owner."""
        if not (0 <= entry.uid < self._ids and 0 <= entry.gid < self._ids):
            raise Refused(f"{path!r} belongs to a user or group past {self._ids - 1}.")
        owner, group = self._first_id + entry.uid, self._first_id + entry.gid
        os.chown(path, owner, group, follow_symlinks=False)
        if not entry.issym():
            os.chmod(path, entry.mode & MODES)
            os.utime(path, (entry.mtime, entry.mtime))


def _inside(name: str) -> str:
    """A name below the root, empty for the root itself."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts or "\0" in name:
        raise Refused(f"The archive names {name!r}, which is outside of it.")
    return "/".join(parts)


def _is_device(entry: tarfile.TarInfo, path: str) -> bool:
    """Whether it is one to leave out."""
    if not (entry.ischr() or entry.isblk()):
        return False
    if path.split("/")[0] in _HARMLESS_ABSENT:
        return True
    raise Refused(f"{path!r} is a device, which is not allowed.")


def _have_folder(path: str) -> None:
    if os.path.islink(path) and os.path.isdir(path):
        return  # /bin is often a link to /usr/bin
    if os.path.lexists(path) and not os.path.isdir(path):
        raise Refused(f"The archive has both a folder and something else named {path!r}.")
    os.makedirs(path, mode=0o755, exist_ok=True)


def _link(target: str, path: str) -> None:
    try:
        os.link(target, path, follow_symlinks=False)
    except OSError as error:
        raise Refused(f"{path!r} is a link to {target!r}, which is not there.") from error


def _write(archive: tarfile.TarFile, entry: tarfile.TarInfo, path: str) -> None:
    source = archive.extractfile(entry)
    if source is None:
        raise Refused(f"{path!r} can't be read.")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with source, os.fdopen(os.open(path, flags, 0o600), "wb") as target:
        shutil.copyfileobj(source, target, CHUNK)


@contextmanager
def _plain(path: Path) -> Iterator[BinaryIO]:
    """The archive's bytes, unpacked as they are read."""
    with path.open("rb", buffering=0) as stream:  # a child goes on where we are in the file
        kind = packing(stream.read(512))
        stream.seek(0)
        if kind == ZSTD:
            with subprocess.Popen(
                ["zstd", "-dcq"], stdin=stream, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            ) as child:
                assert child.stdout is not None
                yield child.stdout  # type: ignore[misc]
                child.stdout.close()
        elif kind == GZIP:
            with gzip.GzipFile(fileobj=stream) as plain:
                yield plain  # type: ignore[misc]
        elif kind == XZ:
            with lzma.LZMAFile(stream) as plain:
                yield plain  # type: ignore[misc]
        else:
            yield stream


def main(words: list[str]) -> int:
    """Exit code 0 with what was made on standard output, REFUSED or FULL with the reason."""
    parser = argparse.ArgumentParser()
    parser.add_argument("archive", type=Path)
    parser.add_argument("folder", type=Path)
    for number in ("first_id", "ids", "room", "entries"):
        parser.add_argument(number, type=int)
    told = parser.parse_args(words)
    tree = Tree(told.first_id, told.ids, told.room, told.entries)
    try:
        with _plain(told.archive) as stream:
            os.chroot(told.folder)
            os.chdir("/")
            os.umask(0)
            with tarfile.open(fileobj=stream, mode="r|", tarinfo=tarfile.TarInfo) as archive:
                tree.fill(archive)
        os.chown("/", told.first_id, told.first_id)
        os.chmod("/", 0o755)
    except Refused as refusal:
        return _say(REFUSED, str(refusal))
    except (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError) as broken:
        return _say(REFUSED, f"The archive is damaged: {broken}")
    except (MemoryError, RecursionError):
        return _say(REFUSED, "The archive needs too much memory to unpack.")
    except (OverflowError, ValueError) as odd:
        return _say(REFUSED, f"The archive is damaged: {odd}")
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        return _say(FULL if full else REFUSED, f"The archive can't be unpacked: {error}")
    sys.stdout.write(json.dumps({"size": tree.size, "entries": tree.count}))
    return 0


def _say(code: int, words: str) -> int:
    sys.stderr.write(words)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
