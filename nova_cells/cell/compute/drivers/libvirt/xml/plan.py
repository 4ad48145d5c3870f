# SPDX-License-Identifier: Apache-2.0
"""All that the parts of a guest's definition are made from: they look at nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.folder import Folder
from nova_cells.cell.compute.drivers.libvirt.marks import Mark
from nova_cells.objects import ImageFacts, Machine
from nova_cells.objects.hardware import Unfit, Wishes, wishes_of


@dataclass(frozen=True)
class Style:
    """What the host's configuration says of every guest."""

    virt_type: str = "qemu"
    machine_type: str = "pc"
    cpu_mode: str = "auto"
    tb_cache_mb: int = 64
    console_address: str = "127.0.0.1"
    vnc: bool = False
    spice: bool = False
    disk_cache: str = "none"
    hotplug_ports: int = 8

    @property
    def emulated(self) -> bool:
        return self.virt_type == "qemu"


@dataclass(frozen=True)
class Plan:
    """One guest on one host; `rescue`: the image of the rescue disk it starts from.

    `serial_port`: where its first serial port listens; None: nowhere.
    """

    machine: Machine
    folder: Folder
    mark: Mark
    style: Style
    rescue: ImageFacts | None = None
    serial_port: int | None = None

    @property
    def properties(self) -> Mapping[str, str]:
        """What the image says of the hardware it wants."""
        properties: dict[str, str] = self.machine.image_properties()
        return properties

    @cached_property
    def wishes(self) -> Wishes:
        """What image and flavor want, understood."""
        try:
            return wishes_of(self.properties, self.machine.extra_specs)
        except Unfit as unfit:
            raise DriverRefused(str(unfit)) from unfit

    def wish(self, name: str) -> str | None:
        """What is wanted of this kind, if anything."""
        return self.wishes.get(name)

    def wants(self, name: str) -> bool:
        """Whether a flag is up."""
        return self.wishes.get(name) == "true"

    @property
    def uefi(self) -> bool:
        """Secure boot is a matter of UEFI only."""
        return self.wish("hw_firmware_type") == "uefi"

    @property
    def board(self) -> str:
        """The image's, or the host's; what the host has for BIOS is not asked to do UEFI."""
        named = self.wish("hw_machine_type")
        default = self.style.machine_type
        return named or ("q35" if self.uefi and default == "pc" else default)

    @property
    def has_pcie(self) -> bool:
        return "q35" in self.board

    @property
    def packed(self) -> bool:
        """Whether virtio devices are to have the newer kind of ring."""
        return self.wants("hw_virtio_packed_ring")

    @property
    def root_volume(self) -> dict | None:
        """The volume a guest starts from that has no root disk of its own."""
        volumes = self.machine.volumes
        return next((one for one in volumes if one.get("boot_index") == 0), None)
