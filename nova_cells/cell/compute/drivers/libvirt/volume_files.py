# SPDX-License-Identifier: Apache-2.0
"""Has a guest go on in another file of a volume, and merges such files, whether it runs or not.

Their names come from the volume service, and mean files in the folder of the one in use. How they
lean on each other is written as plain names: other hosts mount that folder elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import libvirt

from nova_cells.cell.compute.drivers.attaching import VolumeSnapshotAssisting
from nova_cells.cell.compute.drivers.interface import DriverFailed, DriverRefused, Progress
from nova_cells.cell.compute.drivers.libvirt.domains import Domains
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.plugging import kept, running
from nova_cells.cell.compute.drivers.libvirt.quiesce import LibvirtQuiesce
from nova_cells.cell.compute.drivers.libvirt.volume_files_at_rest import Active, merge
from nova_cells.cell.compute.drivers.libvirt.volumes import finder, name_of
from nova_cells.objects import Machine

LOOK = 0.2
_SNAPSHOT = (
    libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY
    | libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA
    | libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_REUSE_EXT
)


class LibvirtVolumeFiles(LibvirtQuiesce, Domains, VolumeSnapshotAssisting):
    """The capability of the libvirt driver."""

    def snapshot_volume(self, machine: Machine, volume_id: str, file: str) -> None:
        def go_on_in(domain: libvirt.virDomain) -> None:
            disk = _disk(domain, volume_id)
            wanted = _beside(disk, file)
            if _file(disk) != wanted and domain.isActive():
                if not wanted.exists():
                    raise DriverRefused("The volume's new file is not there.", str(wanted))
                domain.snapshotCreateXML(_wish(domain, name_of(disk), wanted), _SNAPSHOT)
            _note(domain, volume_id, wanted)

        with readable("take a snapshot of the volume"), self._at_rest(machine):
            self._with(machine.uuid, go_on_in)

    def unsnapshot_volume(self, uuid: str, volume_id: str, file: str) -> None:
        def go_back(domain: libvirt.virDomain) -> str | None:
            disk = _disk(domain, volume_id, "")
            if disk is None or _file(disk) != _beside(disk, file):
                return None
            if not domain.isActive():
                raise DriverFailed("The guest has the volume's new file, and does not run.", file)
            flags = libvirt.VIR_DOMAIN_BLOCK_COMMIT_ACTIVE | libvirt.VIR_DOMAIN_BLOCK_COMMIT_SHALLOW
            if not domain.blockJobInfo(name_of(disk), 0):
                domain.blockCommit(name_of(disk), None, None, 0, flags)
            return name_of(disk)

        with readable("take the snapshot of the volume back"):
            name = self._with(uuid, go_back)
            if name is not None:
                self._done(uuid, name, None)
                pivot = libvirt.VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT
                self._with(uuid, lambda domain: domain.blockJobAbort(name, pivot))

    def merge_volume(
        self,
        uuid: str,
        volume_id: str,
        file: str | None,
        into: str | None,
        progress: Progress | None = None,
    ) -> None:
        def begin(domain: libvirt.virDomain) -> str | None:
            disk = _disk(domain, volume_id)
            if domain.blockJobInfo(name_of(disk), 0):
                return name_of(disk)  # begun before
            begins = _pull(disk, file) if into is None else _commit(disk, str(file), into)
            if begins is not None:
                begins(domain)
            return None if begins is None else name_of(disk)

        def at_rest(domain: libvirt.virDomain) -> Active | None:
            return None if domain.isActive() else _active(_disk(domain, volume_id))

        with readable("merge files of the volume"):
            if (active := self._with(uuid, at_rest)) is not None:
                merge(active, file, into, self._limits, progress)
                return
            name = self._with(uuid, begin)
            if name is not None:
                self._done(uuid, name, progress)

    def _done(self, uuid: str, name: str, progress: Progress | None) -> None:
        """Wait until the job is over, or ready to be ended."""
        while True:
            told: dict[str, Any] = self._with(uuid, lambda domain: domain.blockJobInfo(name, 0))
            active = told.get("type") == libvirt.VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT
            if not told or (active and told["end"] and told["cur"] == told["end"]):
                return
            if progress is not None:
                progress(min(99, 100 * told["cur"] // told["end"]) if told["end"] else 0)
            time.sleep(LOOK)


def _disk(domain: libvirt.virDomain, volume_id: str, missing: str = "refuse") -> Any:
    """In what runs, or else in what starts next time."""
    whole = running(domain)
    found = finder(domain, volume_id)(whole if whole is not None else kept(domain))
    if missing and (found is None or _file(found) is None):
        raise DriverRefused("The volume is no file that the machine has.", volume_id)
    return found if found is not None and _file(found) is not None else None


def _file(layer: Element) -> Path | None:
    """Of a disk, or of something it leans on."""
    source = layer.find("source")
    named = source.get("file") if source is not None else None
    return Path(named) if named else None


def _active(disk: Element) -> Active | None:
    file, driver = _file(disk), disk.find("driver")
    return None if file is None or driver is None else Active(file, driver.get("type", "raw"))


def _beside(disk: Element, name: str) -> Path:
    known = _file(disk)
    if known is None or "/" in name or name in ("", ".", ".."):
        raise DriverRefused("That is no name of a file of the volume.", name)
    return known.with_name(name)


def _wish(domain: libvirt.virDomain, name: str, file: Path) -> str:
    """A snapshot of this one disk; the file is there already."""
    wish = Element("domainsnapshot")
    disks = SubElement(wish, "disks")
    whole = running(domain)
    assert whole is not None
    for disk in whole.iterfind("devices/disk"):
        if name_of(disk) != name:
            SubElement(disks, "disk", name=name_of(disk), snapshot="no")
            continue
        wanted = SubElement(disks, "disk", name=name, snapshot="external", type="file")
        SubElement(wanted, "driver", type="qcow2")
        SubElement(wanted, "source", file=str(file))
    return ElementTree.tostring(wish, encoding="unicode")


def _note(domain: libvirt.virDomain, volume_id: str, file: Path) -> None:
    """What starts next time has that file, and reads it as what it is."""
    whole = kept(domain)
    disk = finder(domain, volume_id)(whole)
    source, driver = (
        disk.find(part) if disk is not None else None for part in ("source", "driver")
    )
    if source is None or driver is None:
        return
    if (source.get("file"), driver.get("type")) != (str(file), "qcow2"):
        source.set("file", str(file))
        driver.set("type", "qcow2")
        domain.connect().defineXML(ElementTree.tostring(whole, encoding="unicode"))


def _chain(disk: Element) -> dict[str, str]:
    """Names of files → what libvirt calls them, from the one in use down."""
    found: dict[str, str] = {}
    layer: Element | None = disk
    while layer is not None and (file := _file(layer)) is not None:
        source = layer.find("source")
        index = source.get("index") if source is not None else None
        found[file.name] = f"{name_of(disk)}[{index}]" if index else str(file)
        layer = layer.find("backingStore")
    return found


Job = Callable[[libvirt.virDomain], Any]


def _pull(disk: Element, base: str | None) -> Job | None:
    """The file in use takes in all above `base`; None where it leans on that already."""
    chain = _chain(disk)
    below = list(chain)[1:]
    if below[:1] == ([base] if base else []):
        return None
    if base and base not in chain:
        raise DriverRefused("The volume has no such file.", base)
    flags = libvirt.VIR_DOMAIN_BLOCK_REBASE_RELATIVE if base else 0
    place = chain[base] if base else None
    return lambda domain: domain.blockRebase(name_of(disk), place, 0, flags)


def _commit(disk: Element, top: str, into: str) -> Job | None:
    """None where the upper one is not there any more."""
    chain = _chain(disk)
    if into not in chain:
        raise DriverRefused("The volume has no such file.", into)
    if top not in chain:
        return None
    flags = libvirt.VIR_DOMAIN_BLOCK_COMMIT_RELATIVE
    return lambda domain: domain.blockCommit(name_of(disk), chain[into], chain[top], 0, flags)
