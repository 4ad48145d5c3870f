# SPDX-License-Identifier: Apache-2.0
"""Asks the guest to dump its memory. What it makes of that is its own affair."""

from nova_cells.cell.compute.drivers.interface import CrashDumpable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("trigger_crash_dump", needs=CrashDumpable)
def trigger_crash_dump(task: Task) -> Facts:
    """A guest that is asked twice is dumping already."""
    task.call("trigger_crash_dump", task.uuid)
    return {"power_state": task.driver.power_state(task.uuid)}
