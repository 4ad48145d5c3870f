# SPDX-License-Identifier: Apache-2.0
"""The config drive of a container: the metadata tree as a folder, which it sees read-only.

Only the container's root may read it: there are passwords in it.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from nova_cells.cell.compute.drivers.lxc.trees import remove_tree
from nova_cells.cell.compute.guest_data import guest_files
from nova_cells.objects import Machine


def write_config_folder(machine: Machine, target: Path, owner: int) -> None:
    """Write the folder, replacing one that is there; `owner` is the container's root."""
    made = target.with_name(target.name + ".part")
    remove_tree(made)
    _folder(made, owner)
    for name, content in sorted(guest_files(machine).items()):
        path = made / PurePosixPath(name)
        for parent in reversed(path.relative_to(made).parents):
            if not (made / parent).exists():
                _folder(made / parent, owner)
        _file(path, content, owner)
    remove_tree(target)
    made.replace(target)


def _folder(path: Path, owner: int) -> None:
    path.mkdir(mode=0o700)
    os.chown(path, owner, owner)


def _file(path: Path, content: bytes, owner: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    os.chown(path, owner, owner)
