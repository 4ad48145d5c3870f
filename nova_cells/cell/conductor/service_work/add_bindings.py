# SPDX-License-Identifier: Apache-2.0
"""Prepares the ports of a running instance on a second host; they stay in use on the first."""

from __future__ import annotations

from functools import partial

from nova_cells.cell.conductor.service_work.at_once import at_once
from nova_cells.cell.conductor.service_work.port_owners import providers_of
from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask
from nova_cells.clients.network.ports import Document, Port


@service_work("add_bindings")
def add_bindings(task: ServiceTask) -> Facts:
    """The fact `nics`: its interfaces as they are to be plugged in there."""
    service, host = task.network, str(task.host)
    ports = service.of_server(task.uuid)

    def add(port: Port) -> Document:
        task.ours()
        return service.add_binding(port, host, providers_of(task, host))

    bindings = at_once(task, [partial(add, port) for port in ports])
    there = {port["id"]: binding for port, binding in zip(ports, bindings, strict=True)}
    nics = service.nics(ports, floating=True)
    return {"nics": [service.nic_at(nic, there[nic["id"]]) for nic in nics]}
