# SPDX-License-Identifier: Apache-2.0
"""Has the guest go on in the file of a volume that it had before."""

from contextlib import suppress

from nova_cells.cell.compute.drivers.attaching import VolumeSnapshotAssisting
from nova_cells.cell.compute.drivers.interface import MachineUnknown
from nova_cells.cell.compute.steps.connecting import is_connected, volume_of
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("unsnapshot_volume", needs=VolumeSnapshotAssisting)
def unsnapshot_volume(task: Task) -> Facts:
    """The undo of `snapshot_volume`, wherever that was interrupted."""
    volume_id, file = task.work.arguments["volume"], task.work.arguments["file"]
    with suppress(MachineUnknown):  # which has no volume either
        task.call("unsnapshot_volume", task.uuid, volume_id, file)
    if is_connected(task, volume_id):
        volume_of(task, volume_id)  # the book has it as the cell tells it
    return {}
