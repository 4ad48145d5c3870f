# SPDX-License-Identifier: Apache-2.0
"""Has the one volume an operation is about connected to the host of the instance."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask
from nova_cells.cell.conductor.service_work.volume_connecting import connected, of_server


@service_work("attach_connection")
def attach_connection(task: ServiceTask) -> Facts:
    """The argument `volume` is its id."""
    return connected(
        task, [one for one in of_server(task) if one["id"] == task.arguments["volume"]]
    )
