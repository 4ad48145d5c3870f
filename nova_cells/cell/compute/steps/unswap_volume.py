# SPDX-License-Identifier: Apache-2.0
"""Has the host let go of a volume that was to take another's place."""

from nova_cells.cell.compute.drivers.attaching import VolumeSwappable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("unswap_volume", needs=VolumeSwappable)
def unswap_volume(task: Task) -> Facts:
    """The guest keeps the one it has; a copy under way is given up."""
    arguments = task.work.arguments
    task.call("unswap_volume", task.uuid, arguments["volume"])
    if task.volumes is not None:
        task.volumes.release(task.uuid, arguments["new"]["id"])
    return {}
