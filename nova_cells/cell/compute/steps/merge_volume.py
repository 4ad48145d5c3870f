# SPDX-License-Identifier: Apache-2.0
"""Merges files of a volume that the guest has."""

from nova_cells.cell.compute.drivers.attaching import VolumeSnapshotAssisting
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("merge_volume", needs=VolumeSnapshotAssisting, lasting=True)
def merge_volume(task: Task) -> Facts:
    """The arguments are the volume's id, and `file` and `into` as the driver takes them."""
    told = task.work.arguments
    task.call("merge_volume", task.uuid, told["volume"], told["file"], told["into"], task.progress)
    return {}
