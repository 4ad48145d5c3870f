# SPDX-License-Identifier: Apache-2.0
"""Tells a volume service that waits for it that a guest's host has had a volume grow."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask


@service_work("complete_extension")
def complete_extension(task: ServiceTask) -> Facts:
    """Nothing to tell where the service has had it grow itself."""
    if task.arguments.get("grows_here"):
        task.ours()
        task.volumes.complete_extension(task.arguments["volume"], failed=False)
    return {}
