# SPDX-License-Identifier: Apache-2.0
"""Removes the copy of a disk from its host: it is an image now, or never will be."""

from nova_cells.cell.compute.drivers.image_work import Snapshotable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("drop_capture", needs=Snapshotable)
def drop_capture(task: Task) -> Facts:
    """Silent about one that is not there."""
    task.call("drop_capture", task.uuid, task.work.arguments["capture"])
    return {}
