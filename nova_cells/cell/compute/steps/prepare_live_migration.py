# SPDX-License-Identifier: Apache-2.0
"""Gets the destination of a live migration ready; what the source has to know are its facts."""

from nova_cells.cell.compute.drivers.interface import LiveMigratable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("prepare_live_migration", makes=True, needs=LiveMigratable, connects=True)
def prepare_live_migration(task: Task) -> Facts:
    """A guest that is here already is left alone."""
    return {"ticket": task.call("prepare_incoming", task.work.machine, task.progress)}
