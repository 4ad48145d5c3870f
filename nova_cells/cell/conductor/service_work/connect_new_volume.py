# SPDX-License-Identifier: Apache-2.0
"""Has the volume that is to take another's place connected to the host of the instance."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask
from nova_cells.cell.conductor.service_work.volume_connecting import MOVING, connected


@service_work("connect_new_volume")
def connect_new_volume(task: ServiceTask) -> Facts:
    """The argument `new` is its document. The fact `keeps_id`: the service moves the volume."""
    old = task.volumes.volume(task.arguments["volume"])
    moves = old.get("migration_status") in MOVING
    return {**connected(task, [task.arguments["new"]]), "keeps_id": moves}
