# SPDX-License-Identifier: Apache-2.0
"""All that the parts of a guest's definition are made from: they look at nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nova_cells.cell.compute.drivers.libvirt.folder import Folder
from nova_cells.cell.compute.drivers.libvirt.marks import Mark
from nova_cells.objects import Machine


@dataclass(frozen=True)
class Style:
    """What the host's configuration says of every guest."""

    virt_type: str = "qemu"
    machine_type: str = "pc"
    cpu_mode: str = "auto"
    tb_cache_mb: int = 64
    vnc_listen: str | None = None
    disk_cache: str = "none"

    @property
    def emulated(self) -> bool:
        return self.virt_type == "qemu"


@dataclass(frozen=True)
class Plan:
    """One guest on one host; `rescue`: it starts from its rescue disk."""

    machine: Machine
    folder: Folder
    mark: Mark
    style: Style
    rescue: bool = False

    @property
    def properties(self) -> Mapping[str, str]:
        """What the image says of the hardware it wants."""
        return dict(self.machine.image.properties) if self.machine.image else {}
