# SPDX-License-Identifier: Apache-2.0
"""Copies the disks of a guest that is off to its destination; the copy here is kept."""

from nova_cells.cell.compute.drivers.interface import Resizable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("send_machine", needs=Resizable)
def send_machine(task: Task) -> Facts:
    """The argument `ticket` is what the destination answered."""
    task.call("send", task.uuid, task.work.arguments["ticket"], task.progress)
    return {}
