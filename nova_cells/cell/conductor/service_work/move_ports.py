# SPDX-License-Identifier: Apache-2.0
"""Binds all ports of an instance to the host it is to be on, which its guest is not yet."""

from __future__ import annotations

from functools import partial

from nova_cells.cell.conductor.service_work.at_once import at_once
from nova_cells.cell.conductor.service_work.port_owners import providers_of, wired_by
from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask
from nova_cells.clients.network.ports import Port


@service_work("move_ports")
def move_ports(task: ServiceTask) -> Facts:
    """The fact `nics`: its interfaces there."""
    return {"nics": task.network.nics(bound(task, wired_by(task)), floating=True)}


def bound(task: ServiceTask, host: str | None) -> list[Port]:
    """Its ports, on this host and on no other, or on none."""

    def bind(port: Port) -> Port:
        task.ours()
        return task.network.bind(port, host, providers_of(task, host))

    return at_once(task, [partial(bind, port) for port in task.network.of_server(task.uuid)])
