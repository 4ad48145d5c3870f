# SPDX-License-Identifier: Apache-2.0
"""Takes the one volume an operation is about off its host: it stays reserved for the instance."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask
from nova_cells.cell.conductor.service_work.volume_connecting import of_server, reserved


@service_work("park_volume")
def park_volume(task: ServiceTask) -> Facts:
    """The argument `volume` is its id."""
    return reserved(task, [one for one in of_server(task) if one["id"] == task.arguments["volume"]])
