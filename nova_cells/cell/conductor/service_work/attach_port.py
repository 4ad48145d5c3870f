# SPDX-License-Identifier: Apache-2.0
"""Has one port more for an instance, under the key of the operation that gives it to it."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.port_owners import (
    as_wished,
    owner_of,
    providers_of,
    wired_by,
)
from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask
from nova_cells.clients.network.ports import Port


@service_work("attach_port")
def attach_port(task: ServiceTask) -> Facts:
    """The fact `nic`: the interface, bound to its host."""
    [nic] = task.network.nics([_port(task)], floating=True)
    return {"nic": nic}


def _port(task: ServiceTask) -> Port:
    service, wish, owner = task.network, task.arguments["wish"], owner_of(task)
    host = wired_by(task)
    known = service.of_server(task.uuid) if task.again else []
    task.ours()
    for port in known:
        if service.key_of(port) == task.operation:
            return service.bind(port, host, providers_of(task, host))
    if wish.get("port_id"):
        return service.adopt(owner, task.operation, wish, host, providers_of(task, host))
    return service.make(owner, task.operation, as_wished(task, wish), host)
