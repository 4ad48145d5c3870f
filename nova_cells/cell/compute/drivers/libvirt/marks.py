# SPDX-License-Identifier: Apache-2.0
"""The mark that says whose a guest is, kept in the domain's own metadata.

Every way to a domain goes through here: one without our deployment's mark is not there for us.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree

import libvirt

NAMESPACE = "urn:nova-cells:machine:1"
PREFIX = "nova-cells"


@dataclass(frozen=True)
class Mark:
    """Whose a machine is, and in which of its lives."""

    deployment: str
    epoch: int


def element(mark: Mark, name: str) -> ElementTree.Element:
    """The metadata element of a marked domain; `name` is for people who look with virsh."""
    made = ElementTree.Element(f"{{{NAMESPACE}}}machine")
    made.set("deployment", mark.deployment)
    made.set("epoch", str(mark.epoch))
    ElementTree.SubElement(made, f"{{{NAMESPACE}}}name").text = printable(name)
    return made


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
    return Mark(found.get("deployment", ""), int(found.get("epoch", "0")))


def write(domain: libvirt.virDomain, mark: Mark, name: str) -> None:
    """Give a domain its mark again, for a new life."""
    flags = libvirt.VIR_DOMAIN_AFFECT_CONFIG
    if domain.isActive():
        flags |= libvirt.VIR_DOMAIN_AFFECT_LIVE
    text = ElementTree.tostring(element(mark, name), encoding="unicode")
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
