# SPDX-License-Identifier: Apache-2.0
"""Has a machine be off and its host let go of the volume it boots from, which is to be written."""

from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("park_root")
def park_root(task: Task) -> Facts:
    """The argument `volume` is its id. The machine knows it still: it is to have it again."""
    task.call("set_power", task.uuid, False)
    if task.volumes is not None:
        task.volumes.release(task.uuid, task.work.arguments["volume"])
    return {"power_state": task.driver.power_state(task.uuid)}
