# SPDX-License-Identifier: Apache-2.0
"""Guests that get another size, here or on another host, where their disks are brought to.

A root disk travels as the overlay it is where both hosts have the same base, else as a whole. On
storage that both share nothing travels, and neither host takes away what the other needs.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import libvirt

from nova_cells.cell.compute.drivers.interface import (
    DriverRefused,
    ImageUnavailable,
    ImageUnusable,
    Progress,
    Resizable,
)
from nova_cells.cell.compute.drivers.libvirt import arrivals, kept_size, marks
from nova_cells.cell.compute.drivers.libvirt.disks import readable_disk_faults
from nova_cells.cell.compute.drivers.libvirt.domains import Domains
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.folder import Folder
from nova_cells.cell.compute.drivers.libvirt.growth import check_fit, grow
from nova_cells.cell.compute.drivers.libvirt.overlays import rebase
from nova_cells.cell.compute.drivers.libvirt.rescue import off_for_good
from nova_cells.cell.compute.drivers.libvirt.told_devices import tell_devices
from nova_cells.cell.compute.drivers.libvirt.transport import (
    carry,
    forget_landing,
    manifest_name,
    marker_name,
)
from nova_cells.cell.compute.drivers.resizing import Ticket
from nova_cells.cell.compute.images.cache import Base
from nova_cells.cell.compute.images.qemu_img import flatten
from nova_cells.objects import Machine


class LibvirtResize(Domains, Resizable):
    """The capability of the libvirt driver."""

    def receive(self, machine: Machine, progress: Progress | None = None) -> Ticket:
        folder, mark = self._folders.of(machine.uuid), marks.of(machine, self.deployment)
        here = self._is_finished(machine, mark) and not arrivals.is_expected(folder)
        self._refuse_strangers(folder)
        if not here:
            self._insist_on_traveller(machine)
            folder.open(mark)
        base = self._promised_base(machine, progress)
        return {
            "here": here,
            "uuid": machine.uuid,
            "address": self._peers.own_address,
            "folder": str(folder.path),
            "nonce": "" if here else arrivals.expect(folder),
            "base": str(base.path) if base else None,
            "root_gb": machine.root_gb,
            "ephemerals": machine.ephemeral_sizes(),
        }

    def send(self, uuid: str, ticket: Ticket, progress: Progress | None = None) -> None:
        folder, tell = self._folders.of(uuid), progress or _nobody
        with readable("send the machine"), readable_disk_faults():
            self._with(uuid, must_be_off)
            if ticket["here"]:
                return
            check_fit(folder, ticket["root_gb"], ticket["ephemerals"])
            if (folder.path / marker_name(ticket["nonce"])).exists():
                self._hand_over(folder, ticket, tell)
                return
            with self._peers.connected(ticket["address"]) as there, _Root(self, folder) as root:
                path, base = root.travels_as(ticket, tell)
                files = {**_other_disks(folder), **({folder.root.name: path} if path else {})}
                facts = {"shared": False, "base": base}
                there.run(lambda connection: carry(connection, files, ticket, facts, tell))

    def take_over(self, machine: Machine) -> None:
        folder, mark = self._folders.of(machine.uuid), marks.of(machine, self.deployment)
        if self._is_finished(machine, mark) and not arrivals.is_expected(folder):
            return
        told = arrivals.manifest(folder)
        with readable("take the machine over"), readable_disk_faults():
            self._hypervisor.run(lambda connection: forget_landing(connection, machine.uuid))
            arrivals.unpack(folder, told)
            self._find_base(machine, folder, told)
            grow(machine, folder, self._limits)
            self._define_anew(machine)
            tell_devices(self, machine)
            arrivals.settle(folder)

    def resize(self, machine: Machine, progress: Progress | None = None) -> None:
        folder = self._folders.of(machine.uuid)
        with readable("resize the machine"), readable_disk_faults():
            definition = self._with(machine.uuid, _definition_of_one_off)
            check_fit(folder, machine.root_gb, machine.ephemeral_sizes())
            kept_size.keep(folder, definition, progress or _nobody)
            grow(machine, folder, self._limits)
            self._redefine(machine)
            tell_devices(self, machine)

    def unresize(self, machine: Machine) -> None:
        folder = self._folders.of(machine.uuid)
        with readable("give the machine its old size"), readable_disk_faults():
            self._with(machine.uuid, lambda domain: None)
            definition = kept_size.definition(folder)
            if definition is not None:
                self._with(machine.uuid, off_for_good)
                kept_size.put_back(folder)
                mark = marks.of(machine, self.deployment)
                self._with(
                    machine.uuid,
                    lambda domain: marks.write(
                        domain.connect().defineXML(definition), mark, machine.name
                    ),
                )
            kept_size.forget(folder)

    def keep_size(self, uuid: str) -> None:
        folder = self._folders.of(uuid)
        if self._is_ours(folder):
            kept_size.forget(folder)

    def _forget_arrival(self, uuid: str) -> None:
        """A source that died may have left its way in open."""
        with readable("remove the machine"):
            self._hypervisor.run(lambda connection: forget_landing(connection, uuid))

    def _promised_base(self, machine: Machine, progress: Progress | None) -> Base | None:
        """The base of the image, where its bytes are sure to be the same on every host."""
        image = machine.image
        if image is None or not (image.hash_value or image.checksum):
            return None
        with suppress(ImageUnusable, ImageUnavailable):  # then the whole disk travels
            return self._cache.fetch(image, progress)
        return None

    def _hand_over(self, folder: Folder, ticket: Ticket, tell: Progress) -> None:
        """Storage that both have: the disk must only be readable where its new host looks."""
        with _Root(self, folder) as root:
            path, base = root.stays_as(ticket, tell)
            if path not in (None, folder.root):
                path.replace(folder.root)
                folder.based_on(None)
        told = {"shared": True, "base": base, "files": {}}
        (folder.path / manifest_name(ticket["nonce"])).write_text(json.dumps(told))

    def _find_base(self, machine: Machine, folder: Folder, told: dict[str, Any]) -> None:
        """Have the root disk find its base on this host."""
        if not told["base"]:
            folder.based_on(None)
            return
        if machine.image is None:
            raise DriverRefused("The machine's image is not known.")
        base = self._cache.fetch(machine.image)
        if base.path.name != told["base"]:
            raise DriverRefused("The machine's image is not the one its disk was made from.")
        folder.based_on(base.path.name)
        if not told["shared"]:
            rebase(folder.root, base.path, base.kind, self._limits)

    def _insist_on_traveller(self, machine: Machine) -> None:
        """Refuse one that this host can't have, or that would not be itself here."""
        plan = self._plan(machine)
        self._insist_on_hardware(plan)
        if plan.wish("hw_tpm_version"):
            raise DriverRefused(
                "A machine with a TPM can't go to another host while it is off: "
                "its secrets would stay behind."
            )


class _Root:
    """The root disk of a guest that leaves; a flat copy made for the journey is gone after it."""

    def __init__(self, driver: LibvirtResize, folder: Folder) -> None:
        self._driver = driver
        self._folder = folder
        self._flat = folder.path / "root.flat.part"

    def __enter__(self) -> _Root:
        return self

    def __exit__(self, *_: object) -> None:
        self._flat.unlink(missing_ok=True)

    def travels_as(self, ticket: Ticket, tell: Progress) -> tuple[Path | None, str | None]:
        """The file to send, if there is a disk, and the name of the base it needs."""
        there = Path(ticket["base"]).name if ticket["base"] else None
        return self._as_it_is_if(there is not None and there == self._folder.base(), tell)

    def stays_as(self, ticket: Ticket, tell: Progress) -> tuple[Path | None, str | None]:
        """The same on shared storage, where the path of the base has to be the same too."""
        name = self._folder.base()
        here = str(self._driver._cache.folder / name) if name else None
        return self._as_it_is_if(here is not None and ticket["base"] == here, tell)

    def _as_it_is_if(self, same_base: bool, tell: Progress) -> tuple[Path | None, str | None]:
        root, base = self._folder.root, self._folder.base()
        if not root.exists():
            return None, None
        if same_base or base is None:
            return root, base
        flatten(root, self._flat, "qcow2", False, self._driver._limits, tell)
        return self._flat, None


def must_be_off(domain: libvirt.virDomain) -> None:
    """Refuse a guest that runs."""
    if domain.isActive():
        raise DriverRefused("The machine runs.")


def _definition_of_one_off(domain: libvirt.virDomain) -> str:
    must_be_off(domain)
    return str(domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE | libvirt.VIR_DOMAIN_XML_SECURE))


def _other_disks(folder: Folder) -> dict[str, Path]:
    """What else a guest has with it: name → path, of what is there."""
    names = (folder.swap, folder.config_drive, folder.console, folder.nvram)
    return {path.name: path for path in (*folder.ephemerals(), *names) if path.exists()}


def _nobody(_percent: int) -> None:
    return None
