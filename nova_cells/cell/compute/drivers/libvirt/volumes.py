# SPDX-License-Identifier: Apache-2.0
"""Volumes that are plugged into a domain and pulled out, by their id."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import libvirt

from nova_cells.cell.compute.drivers.attaching import (
    Volume,
    VolumeExtendable,
    VolumeSharing,
    VolumeTagging,
)
from nova_cells.cell.compute.drivers.interface import DriverFailed, DriverRefused, MachineUnknown
from nova_cells.cell.compute.drivers.libvirt.domains import Domains
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.plugging import (
    Find,
    kept,
    plug,
    running,
    tag,
    unplug,
)
from nova_cells.cell.compute.drivers.libvirt.secrets import forget_secret, have_secret
from nova_cells.cell.compute.drivers.libvirt.xml.buses import scsi_controller
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan
from nova_cells.cell.compute.drivers.libvirt.xml.volumes import (
    REACHED,
    bus_of,
    free_name,
    reach,
    volume_element,
)
from nova_cells.objects import Machine


class LibvirtVolumes(Domains, VolumeTagging, VolumeExtendable, VolumeSharing):
    """The capabilities of the libvirt driver."""

    def reaches(self, kind: str) -> bool:
        return kind in REACHED

    def attach_volume(self, machine: Machine, volume: Volume) -> str:
        plan = self._plan(machine)
        reach(volume)
        self.ready(volume)

        def attach(domain: libvirt.virDomain) -> str:
            device = _device(domain, volume, plan)
            if bus_of(volume, plan) == "scsi":
                _have_controller(domain, plan)
            tag(domain, volume["id"], volume.get("tag"))
            plug(domain, finder(domain, volume["id"]), device)
            return name_of(device)

        with readable("attach the volume"):
            return self._with(machine.uuid, attach)

    def detach_volume(self, uuid: str, volume_id: str) -> None:
        with readable("detach the volume"):
            unplug(
                lambda work: self._with(uuid, work),
                self._with(uuid, lambda domain: finder(domain, volume_id)),
                self._options.detach_timeout,
            )
            self._with(uuid, lambda domain: tag(domain, volume_id, None))
            self._hypervisor.run(lambda connection: forget_secret(connection, volume_id))

    def ready(self, volume: Volume) -> None:
        """libvirt must know what opens an encrypted volume; it forgets that when it ends."""
        if volume.get("encryption"):
            if "passphrase" not in volume["encryption"]:
                raise DriverFailed("The key of an encrypted volume can't be had now.", volume["id"])
            with readable("open the encrypted volume"):
                self._hypervisor.run(lambda connection: have_secret(connection, volume))

    def encrypted(self, uuid: str) -> list[str]:
        """Ids of its volumes that libvirt has a secret of; none of a machine that is unknown."""
        try:
            whole = self._with(uuid, kept)
        except MachineUnknown:
            return []
        disks = [
            disk
            for disk in whole.iterfind("devices/disk")
            if disk.find("source/encryption/secret") is not None
        ]
        return [serial for disk in disks if (serial := disk.findtext("serial"))]

    def extend_volume(self, uuid: str, volume_id: str, size: int) -> None:
        def extend(domain: libvirt.virDomain) -> None:
            found = finder(domain, volume_id)(running(domain) or kept(domain))
            if found is None:
                raise DriverRefused("The volume is not attached to the machine.", volume_id)
            if domain.isActive():
                domain.blockResize(name_of(found), size, libvirt.VIR_DOMAIN_BLOCK_RESIZE_BYTES)

        with readable("extend the volume"):
            self._with(uuid, extend)


def with_serial(volume_id: str) -> Find:
    """Finds the disk in a definition."""

    def find(domain: Element) -> Element | None:
        disks = domain.iterfind("devices/disk")
        return next((disk for disk in disks if disk.findtext("serial") == volume_id), None)

    return find


def finder(domain: libvirt.virDomain, volume_id: str) -> Find:
    """Finds the disk in both definitions of a domain.

    One that runs keeps the serial of a volume whose place another took: what starts next time knows
    better, and both have the same name for it.
    """
    known = with_serial(volume_id)(kept(domain))
    if known is None:
        return with_serial(volume_id)
    name = name_of(known)

    def find(whole: Element) -> Element | None:
        disks = whole.iterfind("devices/disk")
        return next((disk for disk in disks if name_of(disk) == name), None)

    return find


def _device(domain: libvirt.virDomain, volume: Volume, plan: Plan) -> Element:
    """The disk under the name it has already, or under one that no other has."""
    taken: set[str] = set()
    for whole in (running(domain), kept(domain)):
        if whole is None:
            continue
        known = finder(domain, volume["id"])(whole)
        if known is not None:
            return volume_element(volume, name_of(known), plan)
        taken |= {target.get("dev", "") for target in whole.iterfind("devices/disk/target")}
    return volume_element(volume, free_name(volume, taken, plan), plan)


def _have_controller(domain: libvirt.virDomain, plan: Plan) -> None:
    """libvirt's own choice of a SCSI controller is one that few guests know."""
    plug(
        domain,
        lambda whole: whole.find("devices/controller[@type='scsi']"),
        scsi_controller(plan),
    )


def name_of(disk: Element) -> str:
    target = disk.find("target")
    return target.get("dev", "") if target is not None else ""
