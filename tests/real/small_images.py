# SPDX-License-Identifier: Apache-2.0
"""Images of every format: with a boot sector that says one letter, or a kernel that says more."""

from __future__ import annotations

import subprocess
import tempfile
from io import BytesIO
from pathlib import Path

import pycdlib

from nova_cells.cell.compute.drivers.libvirt.virt_type import BOOT_SECTOR
from nova_cells.clients.images.local import LocalImages
from nova_cells.objects import ImageFacts
from tests.real.multiboot import KERNEL

QEMU_NAMES = {"vhd": "vpc"}


class SmallImages:
    """Makes them and adds them to `images` under names of `whose`."""

    def __init__(self, images: LocalImages, whose: str) -> None:
        self._images = images
        self._whose = whose

    def of(self, disk_format: str, *options: str, **facts: object) -> ImageFacts:
        """An image in this format; `options` of qemu-img where it makes it."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "image"
            if disk_format == "iso":
                _write_disc(path)
            elif disk_format in ("aki", "ari", "ami"):
                path.write_bytes(KERNEL if disk_format == "aki" else b"<ram disk>".ljust(1 << 20))
            else:
                _write_disk(path, disk_format, options)
            name = " ".join((self._whose, disk_format, *options))
            return self._images.add(path, name, disk_format=disk_format, **facts)


def _write_disk(path: Path, disk_format: str, options: tuple[str, ...]) -> None:
    raw = path.with_suffix(".raw")
    raw.write_bytes(BOOT_SECTOR.ljust(1 << 20, b"\0"))
    kind = QEMU_NAMES.get(disk_format, disk_format)
    words = ["qemu-img", "convert", "-f", "raw", "-O", kind, *options, str(raw), str(path)]
    subprocess.run(words, check=True)


def _write_disc(path: Path) -> None:
    disc = pycdlib.PyCdlib()
    disc.new()
    disc.add_fp(BytesIO(BOOT_SECTOR.ljust(2048, b"\0")), 2048, "/BOOT.;1")
    disc.add_eltorito("/BOOT.;1", bootcatfile="/BOOT.CAT;1")
    disc.write(str(path))
    disc.close()
