# SPDX-License-Identifier: Apache-2.0
"""Config drives of fake guests: what they were told is kept, and read as a real one would be."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.config_drive import ConfigDrive
from nova_cells.cell.compute.drivers.fake.attaching import FakeDevices
from nova_cells.cell.compute.drivers.interface import MachineUnknown
from nova_cells.cell.compute.guest_data import guest_files
from nova_cells.objects import Machine


class FakeConfigDrive(FakeDevices, ConfigDrive):
    """The capability of the fake driver."""

    def config_drive(self, uuid: str) -> dict[str, bytes]:
        with self._lock:
            known = self._own(uuid)
            if known is None:
                raise MachineUnknown("The machine is not on its host.", uuid)
            told = known.told
        if told is None:
            return {}
        machine: Machine = Machine.from_document(told)
        tagged = [device for device in self.devices(uuid) if device["tags"]]
        return guest_files(machine.replace(guest_data={**machine.guest_data, "devices": tagged}))
