# SPDX-License-Identifier: Apache-2.0
"""Takes the volumes of an instance off its host: they stay its own, connected nowhere."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask
from nova_cells.cell.conductor.service_work.volume_connecting import of_server, reserved


@service_work("disconnect_volumes")
def disconnect_volumes(task: ServiceTask) -> Facts:
    """What is made new is there before the old goes: nobody else gets the volume in between."""
    volumes = of_server(task)
    return reserved(task, volumes) if volumes else {}
