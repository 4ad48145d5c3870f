# SPDX-License-Identifier: Apache-2.0
"""Fake guests that run from another image for a while."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.fake.machines import FakeMachines
from nova_cells.cell.compute.drivers.hardware import EVERYTHING
from nova_cells.cell.compute.drivers.hardware_check import insist_on_hardware
from nova_cells.cell.compute.drivers.interface import PowerState, Progress
from nova_cells.cell.compute.drivers.rescuing import VolumeRescuable
from nova_cells.objects import ImageFacts, Machine


class FakeRescue(FakeMachines, VolumeRescuable):
    """The capability of the fake driver."""

    def rescue(self, machine: Machine, image: ImageFacts, progress: Progress | None = None) -> None:
        insist_on_hardware(image.properties, {}, EVERYTHING)
        with self._changing("rescue", machine.uuid, progress) as known:
            known.rescued = True
            known.boots += 1
            known.power = int(PowerState.RUNNING)

    def unrescue(self, machine: Machine) -> None:
        with self._changing("unrescue", machine.uuid) as known:
            if known.rescued:
                known.rescued = False
                known.power = int(PowerState.SHUTDOWN)
