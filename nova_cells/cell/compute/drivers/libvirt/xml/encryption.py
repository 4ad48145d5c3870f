# SPDX-License-Identifier: Apache-2.0
"""Volumes that only the hypervisor can read: QEMU opens LUKS itself, with a secret of libvirt's.

The passphrase is in memory of libvirtd alone, for as long as the guest has the volume.
"""

from __future__ import annotations

import uuid as uuids
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.attaching import Volume
from nova_cells.cell.compute.drivers.interface import DriverRefused

FORMATS = ("luks",)
_NAMESPACE = uuids.UUID("7b9a2f94-9a0a-4e2a-8d7e-0d6f1f4f0a55")


def add(source: Element, volume: Volume) -> None:
    """Say with which secret what lies there is read."""
    provider = volume["encryption"].get("provider")
    if provider not in FORMATS:
        raise DriverRefused(f"This host can't read volumes encrypted by {provider!r}.")
    encryption = SubElement(source, "encryption", format="luks")
    SubElement(encryption, "secret", type="passphrase", uuid=secret_id(volume["id"]))


def secret_id(volume_id: str) -> str:
    """The name libvirt has for a volume's secret."""
    return str(uuids.uuid5(_NAMESPACE, volume_id))


def secret_xml(volume_id: str) -> str:
    """A secret that libvirtd neither writes down nor tells."""
    secret = Element("secret", ephemeral="yes", private="yes")
    SubElement(secret, "uuid").text = secret_id(volume_id)
    SubElement(secret, "description").text = f"volume {volume_id}"
    usage = SubElement(secret, "usage", type="volume")
    SubElement(usage, "volume").text = f"nova-cells/{volume_id}"
    return ElementTree.tostring(secret, encoding="unicode")
