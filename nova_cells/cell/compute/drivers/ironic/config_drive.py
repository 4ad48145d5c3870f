# SPDX-License-Identifier: Apache-2.0
"""Config drives of nodes: Ironic keeps them, and may hide them from everybody."""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import tempfile
from pathlib import Path

from nova_cells.cell.compute.drivers.config_drive import ConfigDrive
from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.ironic.held import Held
from nova_cells.cell.compute.guest_data import read_config_drive

MOST = 64 << 20


class IronicConfigDrive(Held, ConfigDrive):
    """What was given with the last deployment."""

    def config_drive(self, uuid: str) -> dict[str, bytes]:
        node, _mark = self._needed(uuid)
        kept = node.instance_info.get("configdrive")
        if not kept:
            return {}
        return _files(_unpacked(str(kept)))


def _unpacked(text: str) -> bytes:
    try:
        packed = gzip.GzipFile(fileobj=io.BytesIO(base64.b64decode(text, validate=True)))
        return packed.read(MOST)
    except (binascii.Error, OSError, EOFError) as fault:
        raise DriverRefused("The bare metal service hides the config drive.") from fault


def _files(disk: bytes) -> dict[str, bytes]:
    with tempfile.NamedTemporaryFile() as file:
        file.write(disk)
        file.flush()
        return read_config_drive(Path(file.name))
