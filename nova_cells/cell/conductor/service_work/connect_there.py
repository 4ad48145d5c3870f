# SPDX-License-Identifier: Apache-2.0
"""Has the volumes of an instance connected to a second host, on which it is not yet."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask
from nova_cells.cell.conductor.service_work.volume_connecting import connected, of_server


@service_work("connect_there")
def connect_there(task: ServiceTask) -> Facts:
    """Each gets another attachment; the one it has stays as it is."""
    volumes = of_server(task)
    return connected(task, volumes, another=True) if volumes else {}
