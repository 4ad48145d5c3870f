# SPDX-License-Identifier: Apache-2.0
"""Has the volume service write an image over a volume that no host has; an event is its end."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask

WRITING = "downloading"


@service_work("reimage_volume")
def reimage_volume(task: ServiceTask) -> Facts:
    """Once is enough: where it was asked for before, it may be at it."""
    volume, image = task.arguments["volume"], task.arguments["reimage_with"]
    if task.again and task.volumes.volume(volume)["status"] == WRITING:
        return {}
    task.ours()
    task.volumes.reimage(volume, image)
    return {}
