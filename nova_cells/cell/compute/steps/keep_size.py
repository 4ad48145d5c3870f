# SPDX-License-Identifier: Apache-2.0
"""Lets go of the old size of a guest that was resized where it is."""

from nova_cells.cell.compute.drivers.interface import Resizable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("keep_size", needs=Resizable)
def keep_size(task: Task) -> Facts:
    task.call("keep_size", task.uuid)
    return {}
