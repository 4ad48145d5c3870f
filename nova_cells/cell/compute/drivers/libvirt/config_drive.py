# SPDX-License-Identifier: Apache-2.0
"""The config drive of a libvirt guest: a file in its folder, which it sees as a CD."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.config_drive import ConfigDrive
from nova_cells.cell.compute.drivers.interface import MachineUnknown
from nova_cells.cell.compute.drivers.libvirt.domains import Domains
from nova_cells.cell.compute.guest_data import read_config_drive


class LibvirtConfigDrive(Domains, ConfigDrive):
    """The capability of the libvirt driver."""

    def config_drive(self, uuid: str) -> dict[str, bytes]:
        folder = self._folders.of(uuid)
        if not self._is_ours(folder):
            raise MachineUnknown("The machine is not on its host.")
        return read_config_drive(folder.config_drive) if folder.config_drive.exists() else {}
