# SPDX-License-Identifier: Apache-2.0
"""Hands a running guest over to the host that has prepared for it, and tells how far it is.

Its operation being turned back ends it, as every step; that it is to hurry is asked for by sending
it again with the argument `hurry`, so neither is lost with a message or with an agent.
"""

from dataclasses import asdict

from nova_cells.cell.compute.drivers.interface import LiveMigratable
from nova_cells.cell.compute.drivers.live_migration import Transfer
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("live_migrate", needs=LiveMigratable, lasting=True)
def live_migrate(task: Task) -> Facts:
    """The argument `ticket` is what the destination's preparation told."""

    def watch(transfer: Transfer) -> bool:
        task.tell(asdict(transfer))
        task.progress(transfer.percent)
        return bool(task.wishes().get("hurry"))

    task.call("live_migrate", task.uuid, task.work.arguments["ticket"], watch)
    return {}
