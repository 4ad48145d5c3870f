# SPDX-License-Identifier: Apache-2.0
"""Kernel and RAM disk of a guest, beside its disks: copies, so that the cache may forget them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from nova_cells.cell.compute.drivers.libvirt.disks import appear, readable_disk_faults
from nova_cells.cell.compute.drivers.libvirt.folder import Folder
from nova_cells.cell.compute.images.cache import Base
from nova_cells.objects import ImageFacts, Machine


def have_boot_files(machine: Machine, folder: Folder, fetch: Callable[[ImageFacts], Base]) -> None:
    """What the machine's definition names; what it names no more goes."""
    for image, path in ((machine.kernel, folder.kernel), (machine.ramdisk, folder.ramdisk)):
        if image is None:
            path.unlink(missing_ok=True)
            continue
        base = fetch(image)
        with readable_disk_faults():
            path.unlink(missing_ok=True)
            appear(path, partial(_copy, base.path))


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    target.chmod(0o644)
