# SPDX-License-Identifier: Apache-2.0
"""Makes a guest that has arrived one of this host's own."""

from nova_cells.cell.compute.drivers.interface import LiveMigratable, MachineUnknown, PowerState
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("finish_live_migration", needs=LiveMigratable)
def finish_live_migration(task: Task) -> Facts:
    """There is no way back here: a guest that was lost is told, not refused."""
    try:
        task.call("finish_incoming", task.work.machine)
    except MachineUnknown:
        return {"power_state": int(PowerState.NOSTATE)}
    return {"power_state": task.driver.power_state(task.uuid)}
