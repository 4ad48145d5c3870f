# SPDX-License-Identifier: Apache-2.0
"""Has a running guest go on with another volume, filled from the one it had.

QEMU copies while the guest writes to both; then the guest is turned over to the new one. A copy
that an agent left behind when it died is given up and begun anew.
"""

from __future__ import annotations

import time
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import libvirt

from nova_cells.cell.compute.drivers.attaching import Volume, VolumeSwappable
from nova_cells.cell.compute.drivers.interface import DriverFailed, DriverRefused, Progress
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.plugging import kept, running
from nova_cells.cell.compute.drivers.libvirt.secrets import forget_secret
from nova_cells.cell.compute.drivers.libvirt.volumes import (
    LibvirtVolumes,
    finder,
    name_of,
    with_serial,
)
from nova_cells.cell.compute.drivers.libvirt.xml.volumes import reach, volume_element
from nova_cells.objects import Machine

LOOK = 0.2
_FLAGS = libvirt.VIR_DOMAIN_BLOCK_COPY_REUSE_EXT | libvirt.VIR_DOMAIN_BLOCK_COPY_TRANSIENT_JOB


class LibvirtVolumeSwap(LibvirtVolumes, VolumeSwappable):
    """The capability of the libvirt driver."""

    def swap_volume(
        self, machine: Machine, old_id: str, volume: Volume, progress: Progress | None = None
    ) -> None:
        reach(volume)
        self.ready(volume)
        plan = self._plan(machine)

        def begin(domain: libvirt.virDomain) -> str | None:
            disk = _disk_of(domain, old_id, volume["id"])
            if disk is None:
                return None
            name = name_of(disk)
            wanted = volume_element(volume, name, plan)
            if _place(disk) == _place(wanted):
                return None
            _give_up(domain, name)
            domain.blockCopy(name, _destination(wanted), {}, _FLAGS)
            return name

        with readable("swap the volume"):
            name = self._with(machine.uuid, begin)
            if name is not None:
                self._copied(machine.uuid, name, progress)
                self._with(machine.uuid, lambda domain: _turn_over(domain, name))
            self._with(machine.uuid, lambda domain: _rename(domain, old_id, volume["id"]))
            if old_id != volume["id"]:
                self._hypervisor.run(lambda connection: forget_secret(connection, old_id))

    def unswap_volume(self, uuid: str, old_id: str) -> None:
        def give_up(domain: libvirt.virDomain) -> None:
            live = running(domain)
            disk = finder(domain, old_id)(live) if live is not None else None
            if disk is not None:
                _give_up(domain, name_of(disk))

        with readable("give up the swap of the volume"):
            self._with(uuid, give_up)

    def _copied(self, uuid: str, name: str, progress: Progress | None) -> None:
        """Wait until the new one has all that the old has."""
        while True:
            told: dict[str, Any] = self._with(uuid, lambda domain: domain.blockJobInfo(name, 0))
            if not told:
                raise DriverFailed("The volume could not be copied while the guest runs.", name)
            if told["end"] and told["cur"] == told["end"]:
                return
            if progress is not None:
                self._tell_of(uuid, name, progress, told)
            time.sleep(LOOK)

    def _tell_of(self, uuid: str, name: str, progress: Progress, told: dict[str, Any]) -> None:
        try:
            progress(min(99, 100 * told["cur"] // told["end"]) if told["end"] else 0)
        except BaseException:
            self._with(uuid, lambda domain: _give_up(domain, name))
            raise


def _disk_of(domain: libvirt.virDomain, old_id: str, new_id: str) -> Element | None:
    """The disk to swap; None where the guest has the new one already. DriverRefused for none."""
    live = running(domain)
    if live is None:
        raise DriverRefused("Only a volume of a running machine can be swapped.", old_id)
    if new_id != old_id and with_serial(new_id)(kept(domain)) is not None:
        return None
    disk = finder(domain, old_id)(live)
    if disk is None:
        raise DriverRefused("The volume is not attached to the machine.", old_id)
    return disk


def _place(disk: Element) -> dict[str, str]:
    """Where it is."""
    source = disk.find("source")
    names = ("file", "dev", "name")
    found = dict(source.attrib) if source is not None else {}
    return {name: found[name] for name in names if name in found}


def _destination(wanted: Element) -> str:
    """Only where the copy goes, and how it is written."""
    disk = Element("disk", type=wanted.get("type", "file"))
    driver, source = wanted.find("driver"), wanted.find("source")
    assert driver is not None and source is not None
    disk.append(source)
    disk.append(Element("driver", name="qemu", type=driver.get("type", "raw")))
    return ElementTree.tostring(disk, encoding="unicode")


def _turn_over(domain: libvirt.virDomain, name: str) -> None:
    domain.blockJobAbort(name, libvirt.VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT)


def _give_up(domain: libvirt.virDomain, name: str) -> None:
    if domain.blockJobInfo(name, 0):
        domain.blockJobAbort(name, 0)


def _take_format(disk: Element, place: Element | None) -> None:
    mine, its = disk.find("driver"), place.find("driver") if place is not None else None
    if mine is not None and its is not None:
        mine.set("type", its.get("type", "raw"))


def _rename(domain: libvirt.virDomain, old_id: str, new_id: str) -> None:
    """What starts next time has the new one under its own id; the guest that runs keeps the old."""
    whole = kept(domain)
    disk, live = with_serial(old_id)(whole), running(domain)
    if disk is None:
        return
    if live is not None:
        place = finder(domain, old_id)(live)
        old, new = disk.find("source"), place.find("source") if place is not None else None
        if old is not None and new is not None:
            disk.set("type", place.get("type", "file"))  # type: ignore[union-attr]
            _take_format(disk, place)
            old.clear()
            old.attrib.update(new.attrib)
            old.extend([part for part in new if part.tag != "privateData"])
    serial = disk.find("serial")
    assert serial is not None
    serial.text = new_id
    domain.connect().defineXML(ElementTree.tostring(whole, encoding="unicode"))
