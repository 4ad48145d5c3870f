# SPDX-License-Identifier: Apache-2.0
"""Tells a volume service that waits for it whether a guest's host has had a volume grow."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask
from nova_cells.clients.service_faults import NotThere


@service_work("tell_of_extension")
def tell_of_extension(task: ServiceTask) -> Facts:
    """As an undo: that it has not. Nothing to tell where the service has had it grow itself."""
    volume_id = task.arguments["volume"]
    try:
        waits = task.volumes.volume(volume_id)["grows_to"] is not None
    except NotThere:
        return {}
    if waits:
        task.ours()
        task.volumes.complete_extension(volume_id, failed=task.undo)
    return {}
