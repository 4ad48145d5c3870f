# SPDX-License-Identifier: Apache-2.0
"""Brings a guest's file systems to rest by the agent inside it, for as long as a copy needs.

A note in the machine's folder is written before and removed after: whoever comes after an agent
that died in between lets the guest go on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import libvirt
from oslo_utils.strutils import bool_from_string

from nova_cells.cell.compute.drivers.image_work import Quiescable
from nova_cells.cell.compute.drivers.interface import DriverFailed, DriverRefused, PowerState
from nova_cells.cell.compute.drivers.libvirt import power
from nova_cells.cell.compute.drivers.libvirt.domains import Domains
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.objects import Machine

ANSWER_WITHIN = 10
NOTE = "frozen"


class LibvirtQuiesce(Domains, Quiescable):
    """The capability of the libvirt driver."""

    def quiesce(self, machine: Machine) -> None:
        note = self._frozen_note(machine.uuid)
        with readable("bring the guest's file systems to rest"):
            state = self._with(machine.uuid, power.state)
            if state == PowerState.SHUTDOWN:
                return  # nothing runs that could write
            if state != PowerState.RUNNING:
                raise DriverRefused("The guest is held: its file systems can't be brought to rest.")
            if not has_agent(machine):
                raise DriverRefused("The image does not promise a guest agent.")
            note.touch()
            try:
                self._with(machine.uuid, _freeze)
            except BaseException:
                self.unquiesce(machine.uuid)
                raise

    def unquiesce(self, uuid: str) -> None:
        note = self._frozen_note(uuid)
        if not note.exists():
            return
        with readable("let the guest's file systems go on"):
            self._with(uuid, _thaw)
        note.unlink(missing_ok=True)

    def _frozen_note(self, uuid: str) -> Path:
        return self._folders.of(uuid).path / NOTE

    @contextmanager
    def _at_rest(self, machine: Machine) -> Iterator[None]:
        """Quiet where the image insists, or has an agent that answers."""
        try:
            if has_agent(machine) or insists(machine):
                self.quiesce(machine)
        except (DriverRefused, DriverFailed):
            if insists(machine):
                raise
        try:
            yield
        finally:
            self.unquiesce(machine.uuid)


def has_agent(machine: Machine) -> bool:
    return _says(machine, "hw_qemu_guest_agent")


def insists(machine: Machine) -> bool:
    return _says(machine, "os_require_quiesce")


def _says(machine: Machine, name: str) -> bool:
    properties = machine.image_properties()
    return bool(bool_from_string(properties.get(name, "")))


def _freeze(domain: libvirt.virDomain) -> None:
    domain.agentSetResponseTimeout(ANSWER_WITHIN)
    domain.fsFreeze()


def _thaw(domain: libvirt.virDomain) -> None:
    """A guest that stopped, or whose agent is gone, has nothing that could be frozen by us."""
    with suppress(libvirt.libvirtError):
        domain.fsThaw()
