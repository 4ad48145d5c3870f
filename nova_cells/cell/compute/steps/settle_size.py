# SPDX-License-Identifier: Apache-2.0
"""Ends a resize in place that was given up: the argument `keeps_size` says with which size."""

from nova_cells.cell.compute.drivers.interface import Resizable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("settle_size")
def settle_size(task: Task) -> Facts:
    """Nothing to do on a host that can't resize, and for a guest that has one size only."""
    if isinstance(task.driver, Resizable) and task.uuid in task.driver.machines():
        if task.work.arguments.get("keeps_size"):
            task.call("keep_size", task.uuid)
        else:
            task.call("unresize", task.work.machine)
    return {}
