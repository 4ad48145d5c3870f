# SPDX-License-Identifier: Apache-2.0
"""What two hosts write down of a guest that goes from one to the other while it runs.

The destination's definition says that the guest is awaited until it has arrived; the source's note
says where it went, and whether it ran, from before it sets out until it is forgotten.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import SubElement

import libvirt

from nova_cells.cell.compute.drivers.libvirt.folder import Folder

NAMESPACE = "urn:nova-cells:awaited:1"
PREFIX = "nova-cells-awaited"
ELEMENT = libvirt.VIR_DOMAIN_METADATA_ELEMENT


@dataclass(frozen=True)
class Departure:
    """Where a guest goes, by the destination's ticket; `runs`: it is not a paused one."""

    ticket: dict[str, Any]
    runs: bool


def awaiting(definition: str) -> str:
    """The definition of a guest that is to come."""
    domain = ElementTree.fromstring(definition)
    metadata = domain.find("metadata")
    if metadata is None:
        metadata = SubElement(domain, "metadata")
    SubElement(metadata, f"{{{NAMESPACE}}}awaited")
    return ElementTree.tostring(domain, encoding="unicode")


def is_awaited(domain: libvirt.virDomain) -> bool:
    """Whether it is not here yet, though it may be as good as."""
    try:
        domain.metadata(ELEMENT, NAMESPACE)
    except libvirt.libvirtError as error:
        if error.get_error_code() in (
            libvirt.VIR_ERR_NO_DOMAIN_METADATA,
            libvirt.VIR_ERR_NO_DOMAIN,
        ):
            return False
        raise
    return True


def has_come(domain: libvirt.virDomain) -> None:
    """From now on nothing takes it back."""
    if is_awaited(domain):
        flags = libvirt.VIR_DOMAIN_AFFECT_CONFIG | libvirt.VIR_DOMAIN_AFFECT_LIVE
        domain.setMetadata(ELEMENT, None, PREFIX, NAMESPACE, flags)


def departure(folder: Folder) -> Departure | None:
    """The note of a guest that has set out, if it has."""
    try:
        return Departure(**json.loads(_place(folder).read_bytes()))
    except FileNotFoundError:
        return None


def note_departure(folder: Folder, leaving: Departure) -> None:
    """On disk before anything moves."""
    partial = _place(folder).with_suffix(".part")
    with partial.open("w") as stream:
        json.dump(asdict(leaving), stream)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(_place(folder))


def forget_departure(folder: Folder) -> None:
    """It is here, or what it left is gone."""
    _place(folder).unlink(missing_ok=True)


def _place(folder: Folder) -> Path:
    """Each host that shares the folder has its own."""
    return folder.path / f"departure-{folder.note}"


ElementTree.register_namespace(PREFIX, NAMESPACE)
