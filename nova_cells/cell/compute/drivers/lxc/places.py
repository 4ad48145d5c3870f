# SPDX-License-Identifier: Apache-2.0
"""What a container has in its machine's folder, beside the note and the console log."""

from __future__ import annotations

import os
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import DriverFailed
from nova_cells.cell.compute.drivers.libvirt.folder import Folder

CONFIG_DRIVE = "/config-2"
"""Where a container finds its config drive."""

RESCUED = "/rescued"
"""Where a container started from another tree finds its own."""


def root(folder: Folder) -> Path:
    """Its tree."""
    return folder.path / "tree"


def rescue(folder: Folder) -> Path:
    """The tree it is rescued with, while it is."""
    return folder.path / "rescue"


def config_drive(folder: Folder) -> Path:
    return folder.path / "config-drive"


def keeper_lock(folder: Folder) -> Path:
    """Held by the process that writes the console log."""
    return folder.path / "console.lock"


def let_in(folder: Folder, root: int) -> None:
    """Have the folder open for the container's root, and for nobody else of the host.

    Its programs may take on their owner's rights, and their owner owns all containers' files.
    """
    os.chown(folder.path, 0, root)
    folder.path.chmod(0o710)
    for path in folder.path.parents:
        if not path.stat().st_mode & 0o001:
            raise DriverFailed(
                "The host's folders keep containers out.", f"{path} needs mode 711 or more"
            )
