# SPDX-License-Identifier: Apache-2.0
"""The config drive: the metadata tree on an ISO 9660 disk labelled config-2.

The file appears under its name only when it is whole and on disk, so that a crash never leaves a
guest with half a tree.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from nova_cells.cell.compute.guest_data.tree import guest_files
from nova_cells.objects import Machine

LABEL = "config-2"


def write_config_drive(machine: Machine, target: Path) -> None:
    """Write the disk, replacing one that is there."""
    partial = target.with_name(target.name + ".part")
    with partial.open("wb") as stream:
        os.fchmod(stream.fileno(), 0o600)
        stream.write(pack(guest_files(machine)))
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(target)


def read_config_drive(target: Path) -> dict[str, bytes]:
    """Every file on a disk that was written here, by path."""
    import pycdlib

    iso = pycdlib.PyCdlib()
    iso.open(str(target))
    try:
        return dict(_files(iso))
    finally:
        iso.close()


def _files(iso: Any) -> Iterator[tuple[str, bytes]]:
    for folder, _folders, names in iso.walk(rr_path="/"):
        for name in names:
            path = f"{folder.rstrip('/')}/{name}"
            content = io.BytesIO()
            iso.get_file_from_iso_fp(content, rr_path=path)
            yield path.lstrip("/"), content.getvalue()


def pack(files: dict[str, bytes]) -> bytes:
    """An ISO 9660 image (Joliet and Rock Ridge) of `files`; equal contents are stored once."""
    import pycdlib  # takes 20 MiB: only hosts that make config drives pay for it

    iso = pycdlib.PyCdlib()
    iso.new(interchange_level=3, joliet=3, rock_ridge="1.09", vol_ident=LABEL)
    try:
        _fill(iso, files)
        packed = io.BytesIO()
        iso.write_fp(packed)
        return packed.getvalue()
    finally:
        iso.close()


def _fill(iso: object, files: dict[str, bytes]) -> None:
    short: dict[PurePosixPath, str] = {PurePosixPath("/"): ""}
    for name in sorted(files):
        path = PurePosixPath("/") / name
        for folder in reversed(path.parents):
            if folder not in short:
                short[folder] = f"{short[folder.parent]}/D{len(short):06d}"
                iso.add_directory(  # type: ignore[attr-defined]
                    short[folder], rr_name=folder.name, joliet_path=str(folder)
                )
        iso.add_fp(  # type: ignore[attr-defined]
            io.BytesIO(files[name]),
            len(files[name]),
            f"{short[path.parent]}/F{len(short):06d}.;1",
            rr_name=path.name,
            joliet_path=str(path),
        )
        short[path] = ""
