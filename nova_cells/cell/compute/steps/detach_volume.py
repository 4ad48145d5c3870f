# SPDX-License-Identifier: Apache-2.0
"""Pulls a volume out of the guest, and has the host let go of it."""

from contextlib import suppress

from nova_cells.cell.compute.drivers.attaching import VolumeAttachable
from nova_cells.cell.compute.drivers.interface import MachineUnknown
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("detach_volume", needs=VolumeAttachable, wished=True)
def detach_volume(task: Task) -> Facts:
    """Silent about one that is not there: as an undo it comes for those too that never were."""
    volume_id = task.work.arguments["volume"]
    with suppress(MachineUnknown):  # which has no volume either
        task.call("detach_volume", task.uuid, volume_id)
    if task.volumes is not None:
        task.volumes.release(task.uuid, volume_id)
    return {}
