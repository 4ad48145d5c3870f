# SPDX-License-Identifier: Apache-2.0
"""What fake guests would use, if they used anything: the same numbers at every look."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.fake.machines import FakeMachines
from nova_cells.cell.compute.drivers.fake.store import FakeMachine
from nova_cells.cell.compute.drivers.interface import Diagnosable, DriverRefused, PowerState
from nova_cells.objects import Diagnostics

BOOT_TIME = 17_300_000_000  # ns of CPU a boot takes
DISK = {"read_bytes": 262144, "read_requests": 112, "write_bytes": 5778432}


class FakeDiagnostics(FakeMachines, Diagnosable):
    """The capability of the fake driver."""

    def diagnostics(self, uuid: str) -> Diagnostics:
        with self._changing("diagnostics", uuid) as machine:
            if machine.power not in (PowerState.RUNNING, PowerState.PAUSED):
                raise DriverRefused("The machine does not run.", uuid)
            return _counted(machine)


def _counted(machine: FakeMachine) -> Diagnostics:
    """The API's list of drivers is closed: a fake guest is counted as one of libvirt."""
    running = machine.power == PowerState.RUNNING
    return Diagnostics(
        state="running" if running else "paused",
        driver="libvirt",
        hypervisor="fake",
        hypervisor_os="linux",
        uptime=60 * machine.boots,
        memory={"maximum": machine.memory_mb, "used": machine.memory_mb // 2},
        cpus=[
            {"id": number, "time": BOOT_TIME * machine.boots, "utilisation": 2 * running}
            for number in range(machine.vcpus)
        ],
        disks=[{**DISK, "write_requests": 488, "errors_count": 0}],
    )
