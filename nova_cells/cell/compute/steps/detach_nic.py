# SPDX-License-Identifier: Apache-2.0
"""Pulls an interface out of the guest."""

from nova_cells.cell.compute.drivers.attaching import NicAttachable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("detach_nic", needs=NicAttachable, wished=True)
def detach_nic(task: Task) -> Facts:
    """Silent about one that is not there."""
    task.call("detach_nic", task.uuid, task.work.arguments["nic"]["mac"])
    return {}
