# SPDX-License-Identifier: Apache-2.0
"""Takes a live migration back at its source, if the guest has not left."""

from nova_cells.cell.compute.drivers.interface import LiveMigratable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("end_live_migration", needs=LiveMigratable)
def end_live_migration(task: Task) -> Facts:
    """Whether it stayed is a fact: what follows depends on it."""
    return {"stayed": task.call("end_live_migration", task.uuid)}
