# SPDX-License-Identifier: Apache-2.0
"""Removes what a guest that went to another host has left behind."""

from nova_cells.cell.compute.drivers.interface import LiveMigratable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("forget_departed", unmakes=True, needs=LiveMigratable)
def forget_departed(task: Task) -> Facts:
    """What both hosts share is not touched."""
    task.call("forget_departed", task.uuid)
    return {}
