# SPDX-License-Identifier: Apache-2.0
"""Has the guest go on in another file of a volume."""

from nova_cells.cell.compute.drivers.attaching import VolumeSnapshotAssisting
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("snapshot_volume", needs=VolumeSnapshotAssisting)
def snapshot_volume(task: Task) -> Facts:
    """The arguments `volume`, its id, and `file`, the name of a file beside that it has now."""
    volume_id, file = task.work.arguments["volume"], task.work.arguments["file"]
    task.call("snapshot_volume", task.work.machine, volume_id, file)
    if task.volumes is not None:
        task.volumes.is_in_file(task.uuid, volume_id, file)
    return {}
