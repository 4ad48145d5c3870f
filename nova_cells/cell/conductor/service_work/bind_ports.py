# SPDX-License-Identifier: Apache-2.0
"""Has the ports that an instance was wished with, bound to the host it was put on.

One request a port. Only where this was asked for before is the service asked what came of that.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from nova_cells.cell.conductor.service_work.at_once import at_once
from nova_cells.cell.conductor.service_work.port_owners import (
    as_wished,
    owner_of,
    providers_of,
    wired_by,
    wishes_of,
)
from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask
from nova_cells.clients.network.ports import Port


@service_work("bind_ports")
def bind_ports(task: ServiceTask) -> Facts:
    """The fact `nics`: its interfaces there."""
    if not wishes_of(task):
        return {}
    service = task.network
    before = service.of_server(task.uuid) if task.again else []
    known = {service.key_of(port): port for port in before}
    wishes = {str(number): wish for number, wish in enumerate(wishes_of(task))}
    ports = at_once(task, [partial(_have, task, key, wish, known) for key, wish in wishes.items()])
    return {"nics": service.nics(ports)}


def _have(task: ServiceTask, key: str, wish: dict[str, Any], known: dict[str | None, Port]) -> Port:
    service, owner, host = task.network, owner_of(task), wired_by(task)
    task.ours()
    if key in known:
        return service.bind(known[key], host, providers_of(task, host))
    if wish.get("port_id"):
        return service.adopt(owner, key, wish, host, providers_of(task, host))
    return service.make(owner, key, as_wished(task, wish), host)
