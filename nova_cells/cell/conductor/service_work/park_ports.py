# SPDX-License-Identifier: Apache-2.0
"""Takes the ports of an instance off its host: they stay its own, with their addresses."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.move_ports import bound
from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask


@service_work("park_ports")
def park_ports(task: ServiceTask) -> Facts:
    """The fact `nics`: what it has, nowhere."""
    return {"nics": task.network.nics(bound(task, None), floating=True)}
