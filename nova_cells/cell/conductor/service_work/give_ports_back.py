# SPDX-License-Identifier: Apache-2.0
"""Binds the ports of an instance to the host that it had in a cell that is lost: it stays there."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.move_ports import bound
from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask


@service_work("give_ports_back")
def give_ports_back(task: ServiceTask) -> Facts:
    """Should that cell return they are as it knows them; what a host there offers is not known."""
    bound(task, task.arguments.get("home"))
    return {}
