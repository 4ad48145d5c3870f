# SPDX-License-Identifier: Apache-2.0
"""Has the ports of an instance in use where it has arrived, and prepared nowhere else.

What was prepared counts from now on; where nothing is, the port is bound anew.
"""

from __future__ import annotations

from functools import partial

from nova_cells.cell.conductor.seats import SOURCE
from nova_cells.cell.conductor.service_work.at_once import at_once
from nova_cells.cell.conductor.service_work.port_owners import providers_of
from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask
from nova_cells.clients.network.ports import Port
from nova_cells.clients.service_faults import NotThere


@service_work("settle_bindings")
def settle_bindings(task: ServiceTask) -> Facts:
    """Twice is once."""
    ports = task.network.of_server(task.uuid)
    left = task.seat(SOURCE)
    at_once(task, [partial(settle, task, port, str(task.host), left) for port in ports])
    return {}


def settle(task: ServiceTask, port: Port, host: str, left: str | None) -> None:
    """Have one port in use on this host, and not on the one that was `left`."""
    service = task.network
    if port.get("binding:host_id") != host:
        task.ours()
        try:
            service.activate_binding(port["id"], host)
        except NotThere:
            service.bind(port, host, providers_of(task, host))
    if left and left != host:
        task.ours()
        service.remove_binding(port["id"], left)
