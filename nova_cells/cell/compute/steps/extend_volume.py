# SPDX-License-Identifier: Apache-2.0
"""Has host and guest see that a volume has grown."""

from nova_cells.cell.compute.drivers.attaching import VolumeExtendable
from nova_cells.cell.compute.steps.connecting import is_connected
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step

GIB = 1 << 30


@host_step("extend_volume", needs=VolumeExtendable, wished=True)
def extend_volume(task: Task) -> Facts:
    """The arguments are its id and `size`, in GiB, where the device itself does not say."""
    volume_id, size = task.work.arguments["volume"], task.work.arguments["size"] * GIB
    if is_connected(task, volume_id) and task.volumes is not None:
        size = task.volumes.extend(task.uuid, volume_id) or size
    task.call("extend_volume", task.uuid, volume_id, size)
    return {}
