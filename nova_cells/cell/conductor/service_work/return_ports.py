# SPDX-License-Identifier: Apache-2.0
"""Binds the ports of an instance to the host it is on after all, or to none where it has none."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.move_ports import bound
from nova_cells.cell.conductor.service_work.port_owners import is_bare_metal
from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask


@service_work("return_ports")
def return_ports(task: ServiceTask) -> Facts:
    """Twice is once: what is bound there is left alone."""
    home = (task.head or {}).get("host")
    if not is_bare_metal(task, home):
        bound(task, home)
    return {}
