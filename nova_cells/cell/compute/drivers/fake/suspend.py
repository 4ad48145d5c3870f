# SPDX-License-Identifier: Apache-2.0
"""Fake guests whose memory is put away."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.fake.machines import FakeMachines
from nova_cells.cell.compute.drivers.interface import DriverRefused, PowerState, Suspendable

OFF = (PowerState.SHUTDOWN, PowerState.CRASHED)


class FakeSuspend(FakeMachines, Suspendable):
    """The capability of the fake driver."""

    def suspend(self, uuid: str) -> None:
        with self._changing("suspend", uuid) as machine:
            if machine.power in OFF:
                raise DriverRefused("The machine does not run.", uuid)
            machine.power = int(PowerState.SUSPENDED)

    def resume(self, uuid: str) -> None:
        with self._changing("resume", uuid) as machine:
            machine.boots += machine.power in OFF
            machine.power = int(PowerState.RUNNING)
