# SPDX-License-Identifier: Apache-2.0
"""Has a running guest use another volume in place of one of its own, which is copied to it."""

from nova_cells.cell.compute.drivers.attaching import VolumeSwappable
from nova_cells.cell.compute.steps.connecting import volume_of
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("swap_volume", needs=VolumeSwappable, lasting=True, wished=True)
def swap_volume(task: Task) -> Facts:
    """The arguments are the id of the old one, `volume`, and `new`, whose id counts.

    Where its service moves the volume (`keeps_id`) it is called as before.
    """
    arguments = task.work.arguments
    old, new = arguments["volume"], arguments["new"]["id"]
    kept = old if arguments.get("keeps_id") else new
    volume = {**volume_of(task, new), "id": kept}
    task.call("swap_volume", task.work.machine, old, volume, task.progress)
    if task.volumes is not None and kept == old:
        task.volumes.take_place(task.uuid, new, old)
    elif task.volumes is not None:
        task.volumes.release(task.uuid, old)
    return {}
