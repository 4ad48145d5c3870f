# SPDX-License-Identifier: Apache-2.0
"""Reads what an instance's ports are now, with their floating addresses."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask


@service_work("read_ports")
def read_ports(task: ServiceTask) -> Facts:
    """The fact `nics`: one for each of its ports."""
    service = task.network
    return {"nics": service.nics(service.of_server(task.uuid), floating=True)}
