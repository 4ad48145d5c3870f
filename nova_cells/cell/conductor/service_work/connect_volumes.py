# SPDX-License-Identifier: Apache-2.0
"""Has the volumes of an instance connected to the host it is being made on."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask
from nova_cells.cell.conductor.service_work.volume_connecting import connected, of_server


@service_work("connect_volumes")
def connect_volumes(task: ServiceTask) -> Facts:
    """One request a volume, and one more where it had to be made."""
    volumes = of_server(task)
    return connected(task, volumes) if volumes else {}
