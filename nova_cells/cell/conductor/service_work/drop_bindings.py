# SPDX-License-Identifier: Apache-2.0
"""Takes back what was prepared for ports of an instance on a host it has not got to."""

from __future__ import annotations

from functools import partial

from nova_cells.cell.conductor.service_work.at_once import at_once
from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask


@service_work("drop_bindings")
def drop_bindings(task: ServiceTask) -> Facts:
    """Silent about what is gone."""
    host = str(task.host)

    def drop(port_id: str) -> None:
        task.ours()
        task.network.remove_binding(port_id, host)

    at_once(task, [partial(drop, port["id"]) for port in task.network.of_server(task.uuid)])
    return {}
