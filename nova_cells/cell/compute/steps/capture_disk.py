# SPDX-License-Identifier: Apache-2.0
"""Copies the guest's root disk on its host; the copy is named after the image it is to become."""

from nova_cells.cell.compute.drivers.image_work import Snapshotable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("capture_disk", needs=Snapshotable)
def capture_disk(task: Task) -> Facts:
    """A copy that is there already stays: it holds the moment of the first try."""
    task.call("capture", task.work.machine, task.work.arguments["capture"], task.progress)
    return {"power_state": task.driver.power_state(task.uuid)}
