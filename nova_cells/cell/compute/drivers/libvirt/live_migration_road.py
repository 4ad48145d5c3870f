# SPDX-License-Identifier: Apache-2.0
"""The way between two hosts: whether the other can run the guest, and what is sent beside it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from xml.etree import ElementTree

import libvirt

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt import console, marks
from nova_cells.cell.compute.drivers.libvirt.folder import Folder
from nova_cells.cell.compute.drivers.libvirt.live_migration_notes import is_awaited
from nova_cells.cell.compute.drivers.libvirt.live_migration_options import Road
from nova_cells.cell.compute.drivers.libvirt.live_migration_xml import disks_in, grafted
from nova_cells.cell.compute.drivers.libvirt.transport import marker_name, place
from nova_cells.cell.compute.drivers.live_migration import Ticket

SECURE = libvirt.VIR_DOMAIN_XML_MIGRATABLE | libvirt.VIR_DOMAIN_XML_SECURE
KEPT = SECURE | libvirt.VIR_DOMAIN_XML_INACTIVE
INCOMPATIBLE = libvirt.VIR_CPU_COMPARE_INCOMPATIBLE
LOG_BYTES = 1 << 20


def expected_there(connection: libvirt.virConnect, uuid: str, deployment: str) -> str:
    """The definition its destination has made for it; refused where there is none."""
    domain = marks.find(connection, uuid, deployment)
    if domain is None or domain.isActive() or not is_awaited(domain):
        raise DriverRefused("The destination does not expect the machine.", uuid)
    flags = libvirt.VIR_DOMAIN_XML_INACTIVE | libvirt.VIR_DOMAIN_XML_SECURE
    return str(domain.XMLDesc(flags))


def road_to(domain: libvirt.virDomain, resident: str, folder: Folder, ticket: Ticket) -> Road:
    """`resident` is the definition that the destination has made."""
    live, kept = domain.XMLDesc(SECURE), domain.XMLDesc(KEPT)
    _check_kind(live, resident)
    address = ticket["inbound"]
    there = Path(ticket["base"]).name if ticket["base"] else None
    shared = (folder.path / marker_name(ticket["nonce"])).exists()
    if shared and there != folder.base():
        raise DriverRefused("The hosts share the disks, but not the image below them.")
    return Road(
        uri=f"tcp://[{address}]" if ":" in address else f"tcp://{address}",
        live_xml=grafted(live, resident),
        kept_xml=grafted(kept, resident),
        disks=disks_in(live, str(folder.path)),
        shared=shared,
        same_base=there is not None and there == folder.base(),
    )


def check_processor(
    here: libvirt.virConnect, there: libvirt.virConnect, domain: libvirt.virDomain
) -> None:
    """Refuse a destination on which the guest would miss what its processor has here."""
    guest = ElementTree.fromstring(domain.XMLDesc(SECURE))
    processor = guest.find("cpu")
    if processor is None:
        return
    if processor.get("mode") == "host-passthrough":
        own = ElementTree.fromstring(here.getCapabilities()).find("host/cpu")
        fits = own is None or there.compareCPU(_text(own), 0)
    elif processor.find("model") is None:
        return
    else:
        kind = guest.get("type")
        fits = there.compareHypervisorCPU(None, None, None, kind, _text(processor), 0)
    if fits is not True and fits <= INCOMPATIBLE:
        raise DriverRefused("The processor of the destination lacks what the machine uses here.")


def send_config_drive(connection: libvirt.virConnect, folder: Folder, ticket: Ticket) -> None:
    """The guest may have it mounted: it has to be the same to the last byte."""
    if folder.config_drive.exists():
        place(connection, {folder.config_drive.name: folder.config_drive}, ticket)


def send_console(connection: libvirt.virConnect, folder: Folder, ticket: Ticket) -> None:
    """What it said here comes before what it says there; shared storage has it already."""
    if not (folder.path / marker_name(ticket["nonce"])).exists():
        with tempfile.NamedTemporaryFile(dir=folder.path) as copy:
            copy.write(console.tail(folder.console, -1, LOG_BYTES).encode())
            copy.flush()
            place(connection, {console.older(folder.console).name: Path(copy.name)}, ticket)


def _check_kind(live: str, resident: str) -> None:
    own, other = (ElementTree.fromstring(text).get("type") for text in (live, resident))
    if own != other:
        raise DriverRefused(f"The machine runs by {own}, the destination's would by {other}.")


def _text(element: ElementTree.Element) -> str:
    return ElementTree.tostring(element, encoding="unicode")
