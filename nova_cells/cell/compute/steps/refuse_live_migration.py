# SPDX-License-Identifier: Apache-2.0
"""Takes back what the destination of a live migration has prepared, unless the guest is here.

Where it is known to run at its source (`stayed`), and where this comes late as the debt of a host
that was down (`owed`), nothing of it may remain here, arrived or not: the source counts.
"""

from nova_cells.cell.compute.drivers.interface import LiveMigratable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("refuse_live_migration", needs=LiveMigratable)
def refuse_live_migration(task: Task) -> Facts:
    """Whether it has arrived is a fact: then it stays here."""
    arguments = task.work.arguments
    if arguments.get("stayed") or arguments.get("owed"):
        task.call("destroy", task.uuid)
        arrived = False
    else:
        arrived = task.call("refuse_incoming", task.uuid)
    if not arrived and task.volumes is not None:
        task.volumes.release_all(task.uuid)
    return {"arrived": arrived}
