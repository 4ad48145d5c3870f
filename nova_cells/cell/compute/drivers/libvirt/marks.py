# SPDX-License-Identifier: Apache-2.0
"""The mark that says whose a guest is, kept in the domain's own metadata.

Every way to a domain goes through here: one without our deployment's mark is not there for us.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree

import libvirt

from nova_cells.objects import Machine

NAMESPACE = "urn:nova-cells:machine:1"
PREFIX = "nova-cells"


@dataclass(frozen=True)
class Mark:
    """Whose a machine is, and in which of its lives: see `Machine.epoch` and `home_generation`."""

    deployment: str
    epoch: int
    generation: int = 0

    @property
    def life(self) -> tuple[int, int]:
        """Of two, the greater is the later."""
        return self.epoch, self.generation


def of(machine: Machine, deployment: str) -> Mark:
    """The mark of a machine as it is made now."""
    return Mark(deployment, machine.epoch, machine.home_generation)


def element(mark: Mark, name: str) -> ElementTree.Element:
    """The metadata element of a marked domain; `name` is for people who look with virsh."""
    made = ElementTree.Element(f"{{{NAMESPACE}}}machine", _attributes(mark))
    ElementTree.SubElement(made, f"{{{NAMESPACE}}}name").text = printable(name)
    return made


def _attributes(mark: Mark) -> dict[str, str]:
    return {
        "deployment": mark.deployment,
        "epoch": str(mark.epoch),
        "generation": str(mark.generation),
    }


def read(domain: libvirt.virDomain) -> Mark | None:
    """The domain's mark, if it has one of ours."""
    try:
        text = domain.metadata(libvirt.VIR_DOMAIN_METADATA_ELEMENT, NAMESPACE)
    except libvirt.libvirtError as error:
        if error.get_error_code() in (
            libvirt.VIR_ERR_NO_DOMAIN_METADATA,
            libvirt.VIR_ERR_NO_DOMAIN,
        ):
            return None
        raise
    found = ElementTree.fromstring(text)
    life = int(found.get("epoch", "0")), int(found.get("generation", "0"))
    return Mark(found.get("deployment", ""), *life)


def write(domain: libvirt.virDomain, mark: Mark, name: str) -> None:
    """Give a domain its mark again, for a new life."""
    flags = libvirt.VIR_DOMAIN_AFFECT_CONFIG
    if domain.isActive():
        flags |= libvirt.VIR_DOMAIN_AFFECT_LIVE
    made = ElementTree.Element("machine", _attributes(mark))  # libvirt itself puts the namespace in
    ElementTree.SubElement(made, "name").text = printable(name)
    text = ElementTree.tostring(made, encoding="unicode")
    kind = libvirt.VIR_DOMAIN_METADATA_ELEMENT
    domain.setMetadata(kind, text, PREFIX, NAMESPACE, flags)


def find(connection: libvirt.virConnect, uuid: str, deployment: str) -> libvirt.virDomain | None:
    """The domain if it is there and ours."""
    domain = any_domain(connection, uuid)
    mark = read(domain) if domain is not None else None
    return domain if mark is not None and mark.deployment == deployment else None


def ours(connection: libvirt.virConnect, deployment: str) -> list[libvirt.virDomain]:
    """Every domain of this deployment."""
    return [
        domain
        for domain in connection.listAllDomains()
        if (mark := read(domain)) is not None and mark.deployment == deployment
    ]


def lives(connection: libvirt.virConnect, deployment: str) -> dict[str, tuple[int, int]]:
    """The life each domain of this deployment is in."""
    found = ((domain, read(domain)) for domain in connection.listAllDomains())
    return {
        domain.UUIDString(): mark.life
        for domain, mark in found
        if mark is not None and mark.deployment == deployment
    }


def any_domain(connection: libvirt.virConnect, uuid: str) -> libvirt.virDomain | None:
    """The domain of that uuid, whoever made it."""
    try:
        return connection.lookupByUUIDString(uuid)
    except libvirt.libvirtError as error:
        if error.get_error_code() in (libvirt.VIR_ERR_NO_DOMAIN, libvirt.VIR_ERR_INVALID_ARG):
            return None
        raise


def printable(text: str) -> str:
    """Text without what XML can't carry."""
    return "".join(letter for letter in text if letter.isprintable())


ElementTree.register_namespace(PREFIX, NAMESPACE)
