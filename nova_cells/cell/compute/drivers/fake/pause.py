# SPDX-License-Identifier: Apache-2.0
"""Fake guests that are held still."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.fake.machines import FakeMachines
from nova_cells.cell.compute.drivers.interface import DriverRefused, Pausable, PowerState

AWAKE = (PowerState.RUNNING, PowerState.PAUSED)


class FakePause(FakeMachines, Pausable):
    """The capability of the fake driver."""

    def pause(self, uuid: str) -> None:
        self._turn("pause", uuid, PowerState.PAUSED)

    def unpause(self, uuid: str) -> None:
        self._turn("unpause", uuid, PowerState.RUNNING)

    def _turn(self, call: str, uuid: str, state: PowerState) -> None:
        with self._changing(call, uuid) as machine:
            if machine.power not in AWAKE:
                raise DriverRefused("The machine does not run.", uuid)
            machine.power = int(state)
