# SPDX-License-Identifier: Apache-2.0
"""Containers that get other limits, here or on another host, where their tree is brought to.

The tree travels as an archive with the owners the container knows, so hosts may differ in who these
are outside. Where it arrives it is unpacked as an image is: its bytes are a guest's.
"""

from __future__ import annotations

from pathlib import Path

import libvirt

from nova_cells.cell.compute.drivers.interface import Progress, Resizable
from nova_cells.cell.compute.drivers.libvirt import arrivals, kept_size, marks, power
from nova_cells.cell.compute.drivers.libvirt.disks import readable_disk_faults
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.resize import must_be_off
from nova_cells.cell.compute.drivers.libvirt.transport import carry, forget_landing
from nova_cells.cell.compute.drivers.lxc import places
from nova_cells.cell.compute.drivers.lxc.containers import Containers, check_flavor, check_room
from nova_cells.cell.compute.drivers.resizing import Ticket
from nova_cells.objects import Machine

ARCHIVE = "tree.tar"


class LxcResize(Containers, Resizable):
    """The capability of the driver of containers."""

    def receive(self, machine: Machine, progress: Progress | None = None) -> Ticket:
        check_flavor(machine)
        folder, mark = self._folders.of(machine.uuid), marks.of(machine, self.deployment)
        here = self._is_finished(machine, mark) and not arrivals.is_expected(folder)
        self._refuse_strangers(folder)
        if not here:
            folder.open(mark)
            places.let_in(folder, self._trees.bounds.first_id)
        return {
            "here": here,
            "uuid": machine.uuid,
            "address": self._peers.own_address,
            "folder": str(folder.path),
            "nonce": "" if here else arrivals.expect(folder),
            "root_gb": machine.root_gb,
        }

    def send(self, uuid: str, ticket: Ticket, progress: Progress | None = None) -> None:
        folder = self._folders.of(uuid)
        with readable("send the machine"), readable_disk_faults():
            self._with(uuid, must_be_off)
            if ticket["here"]:
                return
            check_room(self._trees.size_of(places.root(folder)), ticket["root_gb"])
            packed = folder.path / f"{ARCHIVE}.part"
            try:
                self._trees.pack(places.root(folder), packed)
                self._carry({ARCHIVE: packed, "console.log": folder.console}, ticket, progress)
            finally:
                packed.unlink(missing_ok=True)

    def take_over(self, machine: Machine) -> None:
        folder, mark = self._folders.of(machine.uuid), marks.of(machine, self.deployment)
        if self._is_finished(machine, mark) and not arrivals.is_expected(folder):
            return
        told = arrivals.manifest(folder)
        with readable("take the machine over"), readable_disk_faults():
            self._hypervisor.run(lambda connection: forget_landing(connection, machine.uuid))
            arrivals.unpack(folder, told)
            archive = folder.path / ARCHIVE
            if archive.exists():
                self._trees.unpack(archive, places.root(folder))
                archive.unlink()
            self._equip(machine, folder)
            self._wire(machine)
            text = self._definition(machine)
            self._hypervisor.run(lambda connection: connection.defineXML(text))
            arrivals.settle(folder)

    def resize(self, machine: Machine, progress: Progress | None = None) -> None:
        check_flavor(machine)
        folder = self._folders.of(machine.uuid)
        with readable("resize the machine"), readable_disk_faults():
            definition = self._with(machine.uuid, _definition_of_one_off)
            check_room(self._trees.size_of(places.root(folder)), machine.root_gb)
            kept_size.keep(folder, definition, progress or _nobody)
            self._redefine(machine)

    def unresize(self, machine: Machine) -> None:
        folder = self._folders.of(machine.uuid)
        with readable("give the machine its old size"), readable_disk_faults():
            self._with(machine.uuid, lambda domain: None)
            if kept_size.definition(folder) is not None:
                self._with(machine.uuid, power.off)
                self._redefine(machine)
            kept_size.forget(folder)

    def keep_size(self, uuid: str) -> None:
        folder = self._folders.of(uuid)
        if self._is_ours(folder):
            kept_size.forget(folder)

    def _carry(self, files: dict[str, Path], ticket: Ticket, progress: Progress | None) -> None:
        with self._peers.connected(ticket["address"]) as there:
            there.run(lambda connection: carry(connection, files, ticket, {}, progress or _nobody))


def _definition_of_one_off(domain: libvirt.virDomain) -> str:
    must_be_off(domain)
    return str(domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE))


def _nobody(_percent: int) -> None:
    return None
