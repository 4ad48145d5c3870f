# SPDX-License-Identifier: Apache-2.0
"""Lets go of ports that the service has for an instance and the instance knows nothing of.

They are what a request left that was given up before its answer came. Of an instance that is gone
none is its own; what it was merely given is freed, not deleted. Those of one that is there are
bound to where it is.
"""

from __future__ import annotations

from nova_cells.cell.conductor.ports import of_service
from nova_cells.cell.conductor.service_work.port_owners import is_bare_metal
from nova_cells.cell.conductor.service_work.registry import sweeper
from nova_cells.cell.conductor.service_work.settle_bindings import settle
from nova_cells.cell.conductor.service_work.task import ServiceTask
from nova_cells.clients.network.ports import Port


@sweeper
def sweep_ports(task: ServiceTask) -> None:
    """Only ports that carry our key: what others attached to it is theirs.

    A server this cell knows nothing of may be another cell's by now: what it has here is swept.
    """
    service, head = task.around.network, task.head
    if service is None:
        return
    nics = (head or {}).get("nics") or ()
    gone = head is None or head.get("deleted_at") is not None
    known = set() if gone else {nic["id"] for nic in of_service(nics)}
    for port in service.of_server(task.uuid):
        elsewhere = head is None and not task.is_here(port.get("binding:host_id"))
        if port["id"] not in known and service.key_of(port) is not None and not elsewhere:
            task.ours()
            service.release(task.uuid, port["id"])
        elif port["id"] in known:
            _bring(task, port)


def _bring(task: ServiceTask, port: Port) -> None:
    """What had it in hand may have been given up in the middle of a move."""
    now, host = port.get("binding:host_id") or None, (task.head or {}).get("host")
    if is_bare_metal(task, host):
        return
    if host and now != host:
        settle(task, port, host, now)
    elif now and not host:
        task.ours()
        task.network.bind(port, None)
