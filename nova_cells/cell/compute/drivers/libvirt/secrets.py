# SPDX-License-Identifier: Apache-2.0
"""Passphrases of encrypted volumes in libvirt's hands: named after the volume, never written."""

from __future__ import annotations

import libvirt

from nova_cells.cell.compute.drivers.attaching import Volume
from nova_cells.cell.compute.drivers.libvirt.xml.encryption import secret_id, secret_xml


def have_secret(connection: libvirt.virConnect, volume: Volume) -> None:
    """Once or often; libvirtd forgets it when it ends."""
    secret = connection.secretDefineXML(secret_xml(volume["id"]))
    secret.setValue(volume["encryption"]["passphrase"].encode())


def forget_secret(connection: libvirt.virConnect, volume_id: str) -> None:
    """Silent about one that is not there."""
    try:
        connection.secretLookupByUUIDString(secret_id(volume_id)).undefine()
    except libvirt.libvirtError as error:
        if error.get_error_code() != libvirt.VIR_ERR_NO_SECRET:
            raise
