# SPDX-License-Identifier: Apache-2.0
"""Plugs an interface into the guest."""

from nova_cells.cell.compute.drivers.attaching import NicAttachable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("attach_nic", needs=NicAttachable, wished=True)
def attach_nic(task: Task) -> Facts:
    """Plugging it in twice is plugging it in once."""
    task.call("attach_nic", task.work.machine, task.work.arguments["nic"])
    return {}
