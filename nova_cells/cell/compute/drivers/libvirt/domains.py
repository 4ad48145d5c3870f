# SPDX-License-Identifier: Apache-2.0
"""How capabilities of the libvirt driver reach what is ours: the driver keeps these promises."""

from __future__ import annotations

import abc
from collections.abc import Iterable
from typing import Any

import libvirt

from nova_cells.cell.compute.drivers.hardware_check import insist_on_hardware
from nova_cells.cell.compute.drivers.image_types import TreeImages
from nova_cells.cell.compute.drivers.interface import DriverRefused, ImageUnusableHere, Progress
from nova_cells.cell.compute.drivers.libvirt import marks
from nova_cells.cell.compute.drivers.libvirt.boot_files import have_boot_files
from nova_cells.cell.compute.drivers.libvirt.connection import Hypervisor
from nova_cells.cell.compute.drivers.libvirt.domain_xml import domain_xml
from nova_cells.cell.compute.drivers.libvirt.folder import Folders
from nova_cells.cell.compute.drivers.libvirt.offers import Offers
from nova_cells.cell.compute.drivers.libvirt.peers import Peers
from nova_cells.cell.compute.drivers.libvirt.reach import Reach
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan, Style
from nova_cells.cell.compute.images.cache import Base, ImageCache
from nova_cells.cell.compute.images.qemu_img import Limits
from nova_cells.objects import ImageFacts, Machine, image_types


class Domains(Reach):
    """Mixed into the libvirt driver."""

    _folders: Folders
    _cache: ImageCache
    _limits: Limits
    _peers: Peers
    _hypervisor: Hypervisor
    _options: Any

    @abc.abstractmethod
    def _is_finished(self, machine: Machine, mark: marks.Mark) -> bool:
        """Whether the domain is there and ours; takes on a newer life, refuses an older one."""

    @abc.abstractmethod
    def _wire(self, machine: Machine, nics: Iterable[dict[str, Any]] | None = None) -> None:
        """Have a place on this host's network for its interfaces, or for these of them."""

    @abc.abstractmethod
    def _unplug(self, connection: libvirt.virConnect, mac: str) -> None:
        """Have none for this one."""

    @abc.abstractmethod
    def _note_plugged(self, domain: libvirt.virDomain, nic: dict[str, Any]) -> None:
        """Have its definition say what its next start needs for this one."""

    @abc.abstractmethod
    def _note_unplugged(self, domain: libvirt.virDomain, mac: str) -> None:
        """Take away what was made for this one."""

    @abc.abstractmethod
    def _chosen_style(self) -> Style:
        """What the host's configuration says of every guest."""

    @abc.abstractmethod
    def _serial_port(self, uuid: str) -> int | None:
        """Where the machine's serial console listens; None: nowhere."""

    @abc.abstractmethod
    def _chosen_offers(self) -> Offers:
        """The hardware that guests can have here."""

    def _insist_on_hardware(self, plan: Plan) -> None:
        """Refuse what this host can't give, before anything is made."""
        offers = self._chosen_offers()
        insist_on_hardware(plan.properties, plan.machine.extra_specs, offers.traits)
        if plan.board not in offers.boards:
            raise DriverRefused(f"This host has no board {plan.board!r} for which the image asks.")

    def _base(self, plan: Plan, progress: Progress | None) -> Base | None:
        """The image of the root disk, here now; None for a guest that starts from a volume."""
        image = plan.machine.image
        if plan.root_volume is not None or image is None:
            return None
        if image_types.trait_of(image) == TreeImages.trait:
            raise ImageUnusableHere("The image is a tree of files; this host starts from disks.")
        machine = plan.machine
        most, trusted = machine.root_gb, machine.trusted_certs
        return self._cache.fetch(image, progress, trusted=trusted, most_gb=most)

    def _have_boot_files(self, machine: Machine, progress: Progress | None = None) -> None:
        """The kernel that its definition names, on this host."""
        trusted = machine.trusted_certs
        have_boot_files(
            machine,
            self._folders.of(machine.uuid),
            lambda image: self._cache.fetch(image, progress, trusted=trusted),
        )

    def _redefine(self, machine: Machine, *, rescue: ImageFacts | None = None) -> None:
        """Give the domain a new definition; it must be off."""
        self._wire(machine)
        self._have_boot_files(machine)
        text = self._definition(machine, rescue)
        self._with(machine.uuid, lambda domain: domain.connect().defineXML(text))

    def _define_anew(self, machine: Machine) -> None:
        """Give libvirt the definition of a machine it may not know yet."""
        self._wire(machine)
        self._have_boot_files(machine)
        text = self._definition(machine)
        self._hypervisor.run(lambda connection: connection.defineXML(text))

    def _definition(self, machine: Machine, rescue: ImageFacts | None = None) -> str:
        """What the machine is on this host; on another one it is something else."""
        return domain_xml(self._plan(machine, rescue))

    def _plan(self, machine: Machine, rescue: ImageFacts | None = None) -> Plan:
        """What parts of the machine's definition are made from."""
        folder, mark = self._folders.of(machine.uuid), marks.of(machine, self.deployment)
        style, port = self._chosen_style(), self._serial_port(machine.uuid)
        return Plan(machine, folder, mark, style, rescue, port)
