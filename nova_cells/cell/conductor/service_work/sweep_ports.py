# SPDX-License-Identifier: Apache-2.0
"""Lets go of ports that the service has for an instance and the instance knows nothing of.

They are what a request left that was given up before its answer came. Of an instance that is gone
none is its own; what it was merely given is freed, not deleted.
"""

from __future__ import annotations

from nova_cells.cell.conductor.ports import of_service
from nova_cells.cell.conductor.service_work.registry import sweeper
from nova_cells.cell.conductor.service_work.task import ServiceTask


@sweeper
def sweep_ports(task: ServiceTask) -> None:
    """Only ports that carry our key: what others attached to it is theirs.

    A server this cell knows nothing of may be another cell's by now: what it has here is swept.
    """
    service, head = task.around.network, task.head
    if service is None:
        return
    gone = head is None or head.get("deleted_at") is not None
    known = set() if gone else {nic["id"] for nic in of_service(head.get("nics") or ())}
    for port in service.of_server(task.uuid):
        elsewhere = head is None and not task.is_here(port.get("binding:host_id"))
        if port["id"] not in known and service.key_of(port) is not None and not elsewhere:
            task.ours()
            service.release(task.uuid, port["id"])
