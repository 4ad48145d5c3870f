# SPDX-License-Identifier: Apache-2.0
"""How capabilities of the libvirt driver reach what is ours: the driver keeps these promises."""

from __future__ import annotations

import abc

from nova_cells.cell.compute.drivers.libvirt import marks
from nova_cells.cell.compute.drivers.libvirt.domain_xml import domain_xml
from nova_cells.cell.compute.drivers.libvirt.folder import Folders
from nova_cells.cell.compute.drivers.libvirt.reach import Reach
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan, Style
from nova_cells.cell.compute.images.cache import ImageCache
from nova_cells.cell.compute.images.qemu_img import Limits
from nova_cells.objects import Machine


class Domains(Reach):
    """Mixed into the libvirt driver."""

    _folders: Folders
    _cache: ImageCache
    _limits: Limits

    @abc.abstractmethod
    def _chosen_style(self) -> Style:
        """What the host's configuration says of every guest."""

    def _redefine(self, machine: Machine, *, rescue: bool = False) -> None:
        """Give the domain a new definition; it must be off."""
        mark = marks.Mark(self.deployment, machine.epoch)
        folder = self._folders.of(machine.uuid)
        text = domain_xml(Plan(machine, folder, mark, self._chosen_style(), rescue))
        self._with(machine.uuid, lambda domain: domain.connect().defineXML(text))
