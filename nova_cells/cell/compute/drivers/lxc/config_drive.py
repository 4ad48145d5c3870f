# SPDX-License-Identifier: Apache-2.0
"""The config drive of a container, read as it finds it."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.config_drive import ConfigDrive
from nova_cells.cell.compute.drivers.interface import MachineUnknown
from nova_cells.cell.compute.drivers.lxc import places
from nova_cells.cell.compute.drivers.lxc.containers import Containers


class LxcConfigDrive(Containers, ConfigDrive):
    """The capability of the LXC driver."""

    def config_drive(self, uuid: str) -> dict[str, bytes]:
        folder = self._folders.of(uuid)
        if not self._is_ours(folder):
            raise MachineUnknown("The machine is not on its host.")
        drive = places.config_drive(folder)
        files = [path for path in drive.rglob("*") if path.is_file()]
        return {path.relative_to(drive).as_posix(): path.read_bytes() for path in files}
