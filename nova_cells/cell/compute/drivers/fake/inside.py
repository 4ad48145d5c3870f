# SPDX-License-Identifier: Apache-2.0
"""What reaches into a fake guest that runs: passwords and crash dumps."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.fake.machines import FakeMachines
from nova_cells.cell.compute.drivers.interface import (
    CrashDumpable,
    DriverRefused,
    PasswordSettable,
    PowerState,
)
from nova_cells.objects import Machine

OFF = (PowerState.SHUTDOWN, PowerState.CRASHED, PowerState.SUSPENDED)


class FakePassword(FakeMachines, PasswordSettable):
    """A capability of the fake driver. The password is kept nowhere."""

    def set_password(self, machine: Machine) -> None:
        with self._changing("set_password", machine.uuid) as known:
            if known.power != PowerState.RUNNING:
                raise DriverRefused("The machine does not run.", machine.uuid)


class FakeCrashDump(FakeMachines, CrashDumpable):
    """A capability of the fake driver."""

    def trigger_crash_dump(self, uuid: str) -> None:
        with self._changing("trigger_crash_dump", uuid) as machine:
            if machine.power in OFF:
                raise DriverRefused("The machine does not run.", uuid)
            machine.dumps += 1
