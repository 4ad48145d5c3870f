# SPDX-License-Identifier: Apache-2.0
"""Copies a disk that a guest is writing to: the copy holds the moment in which the job began.

QEMU keeps what the guest overwrites until the copy has it, so the guest is never held for longer
than a freeze of its file systems takes. The job is the domain's: whoever comes after an agent that
died ends it before doing anything else.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import libvirt

from nova_cells.cell.compute.drivers.interface import DriverFailed, OutOfSpace, Progress
from nova_cells.cell.compute.drivers.libvirt.faults import is_gone

LOOK = 0.2
Find = Callable[[Callable[[libvirt.virDomain], Any]], Any]


@dataclass(frozen=True)
class LiveCopy:
    """`find` does work on the domain, on a connection that lives."""

    find: Find
    source: Path
    target: Path

    def begin(self) -> bool:
        """Start the job; False for a guest that does not run."""
        return bool(self.find(self._begin))

    def finish(self, progress: Progress | None) -> bool:
        """Wait for the end; False when the guest stopped in between and left nothing whole."""
        while True:
            percent = self.find(_percent)
            if percent is None:
                return bool(self.find(_succeeded))
            if progress is not None:
                progress(percent)
            time.sleep(LOOK)

    def give_up(self) -> None:
        """No job, no half copy; a guest that the full disk held goes on."""
        self.find(end_job)
        self.target.unlink(missing_ok=True)
        self.find(_go_on)

    def _begin(self, domain: libvirt.virDomain) -> bool:
        if not domain.isActive():
            return False
        end_job(domain)
        self.target.unlink(missing_ok=True)
        domain.backupBegin(_job(domain, self.source, self.target), None, 0)
        return True


def end_job(domain: libvirt.virDomain) -> None:
    """Whatever copy was begun is begun no more."""
    try:
        domain.backupGetXMLDesc()
    except libvirt.libvirtError:
        return
    with suppress(libvirt.libvirtError):  # it may end by itself meanwhile
        domain.abortJob()
    while _percent(domain) is not None:
        time.sleep(LOOK)


def _job(domain: libvirt.virDomain, source: Path, target: Path) -> str:
    """Only the disk with this source; libvirt makes the target."""
    job = Element("domainbackup", mode="push")
    disks = SubElement(job, "disks")
    for disk in ElementTree.fromstring(domain.XMLDesc()).iterfind("devices/disk"):
        place, device = disk.find("source"), disk.find("target")
        if device is None:
            continue
        name = device.get("dev", "")
        if place is None or place.get("file") != str(source):
            SubElement(disks, "disk", name=name, backup="no")
            continue
        wanted = SubElement(disks, "disk", name=name, backup="yes", type="file")
        SubElement(wanted, "target", file=str(target))
        SubElement(wanted, "driver", type="qcow2")
    return ElementTree.tostring(job, encoding="unicode")


def _percent(domain: libvirt.virDomain) -> int | None:
    """How far the job is; None where there is none, or no guest."""
    try:
        told = domain.jobStats()
    except libvirt.libvirtError as error:
        if is_gone(error):
            return None
        raise
    if told.get("type", libvirt.VIR_DOMAIN_JOB_NONE) == libvirt.VIR_DOMAIN_JOB_NONE:
        return None
    total = told.get("disk_total") or 0
    return min(99, 100 * told.get("disk_processed", 0) // total) if total else 0


def _succeeded(domain: libvirt.virDomain) -> bool:
    try:
        told = domain.jobStats(libvirt.VIR_DOMAIN_JOB_STATS_COMPLETED)
    except libvirt.libvirtError as error:
        if is_gone(error):
            return False
        raise
    if told.get("type") == libvirt.VIR_DOMAIN_JOB_COMPLETED:
        return True
    if not domain.isActive():
        return False
    words = str(told.get("errmsg") or told)
    if "No space left" in words:
        raise OutOfSpace("The host has no room for a copy of the disk.", words)
    raise DriverFailed("The disk could not be copied while the guest runs.", words)


def _go_on(domain: libvirt.virDomain) -> None:
    held = [libvirt.VIR_DOMAIN_PAUSED, libvirt.VIR_DOMAIN_PAUSED_IOERROR]
    if domain.state() == held:
        domain.resume()
