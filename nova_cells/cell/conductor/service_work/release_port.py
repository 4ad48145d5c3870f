# SPDX-License-Identifier: Apache-2.0
"""Lets go of the one port an operation is about: of what it has made so far, or is to take away."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask


@service_work("release_port")
def release_port(task: ServiceTask) -> Facts:
    """Silent about one that is gone, or was never there."""
    nic, service = task.arguments.get("nic"), task.network
    if nic is not None:
        task.ours()
        service.release(task.uuid, nic["id"], nic.get("preserve"))
        return {}
    for port in service.of_server(task.uuid):
        if service.key_of(port) == task.operation:
            task.ours()
            service.release(task.uuid, port["id"])
    return {}
