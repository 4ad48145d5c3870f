# SPDX-License-Identifier: Apache-2.0
"""Lets go of all ports of an instance: deletes what was made for it, frees what was given."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.port_owners import given, may_have_any
from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask


@service_work("release_ports")
def release_ports(task: ServiceTask) -> Facts:
    """Silent about what is gone."""
    if task.around.network is None:
        return {}
    if task.around.network is None or not may_have_any(task):
        return {}
    task.ours()
    task.network.release_all(task.uuid, given(task))
    return {}
