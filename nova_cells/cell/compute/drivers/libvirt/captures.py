# SPDX-License-Identifier: Apache-2.0
"""The copies of a machine's disk that lie in its folder: files, whoever fills them and how.

A copy appears under its name only when it is whole; its name says its format too, so that one made
under another configuration is not taken for something it isn't.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.folder import file_name

PIECE = 1 << 20
_PREFIX = "capture-"


class Captures:
    """Of one machine, whose folder this is; `kind` is the format they are kept in."""

    def __init__(self, folder: Path, kind: str) -> None:
        self._folder = folder
        self._kind = kind

    def kept(self, name: str) -> Path:
        """Where the whole copy of that name is, or is to be."""
        return self._folder / f"{_PREFIX}{file_name(name)}.{self._kind}"

    def half(self, name: str) -> Path:
        """Where it is being made."""
        return self.kept(name).with_suffix(".part")

    def keep(self, name: str, made: Path) -> None:
        """Give a finished file its name, durably, and forget all others.

        What an agent had asked for when it was killed may have appeared in between.
        """
        descriptor = os.open(made, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        made.replace(self.kept(name))
        self.drop_all(but=self.kept(name))

    def drop(self, name: str) -> None:
        """Neither it nor what was to become it."""
        for path in self._folder.glob(f"{_PREFIX}{file_name(name)}.*"):
            path.unlink(missing_ok=True)

    def drop_all(self, but: Path | None = None) -> None:
        for path in self._folder.glob(f"{_PREFIX}*"):
            if path != but:
                path.unlink(missing_ok=True)

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes in order, so few at a time that a large disk takes no memory."""
        try:
            stream = self.kept(name).open("rb")
        except FileNotFoundError as missing:
            message = "The copy of the disk is not there any more."
            raise DriverRefused(message, str(missing)) from missing
        with stream:
            while piece := stream.read(PIECE):
                yield piece
