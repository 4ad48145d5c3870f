# SPDX-License-Identifier: Apache-2.0
"""Ports come and go: the network service says what is meant, the server's cell does it.

A caller who is answered a port may use it: the answer waits until the guest has it, as long as is
configured; who is told sooner reads DOWN in its state.
"""

from __future__ import annotations

import time
import uuid as uuids
from typing import Any

from nova_cells.clients.network import Terms
from nova_cells.clients.network.local_range import DOWN, port_of
from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import ApiFault, BadRequest, Conflict, Forbidden, NotFound
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.others import told
from nova_cells.global_api.resources.server_interfaces import answers, policies, schemas
from nova_cells.global_api.resources.server_interfaces.presenter import SHAPE, find, port
from nova_cells.global_api.resources.servers.checks import ports_have_hosts
from nova_cells.global_api.resources.servers.lookup import server_of_caller

LOOK = 0.1  # seconds between two looks at the index
SELDOM = 10  # looks, for each of which the cell is asked once


class NotAttached(ApiFault):
    """The host could not do it; the port is gone again."""

    code = 500


REFUSALS: dict[int | None, type[ApiFault]] = {
    kind.code: kind for kind in (BadRequest, Forbidden, NotFound, Conflict)
}
"""What the network service has refused is answered as if the caller had asked it."""


@api_view(
    route_name="server_interfaces",
    request_method="POST",
    policy=policies.CREATE,
    on=server_of_caller,
    body=schemas.CREATE,
    shape=SHAPE,
    answer=answers.SHOW,
    faults=(409, 500, 501),
)
def create(row: IndexRow, request: Any) -> Any:
    wish = request.document["interfaceAttachment"]
    if "net_id" in wish and "port_id" in wish:
        raise BadRequest("Must not input both network_id and port_id")
    if "fixed_ips" in wish and "net_id" not in wish:
        raise BadRequest("Must input network_id when request IP address")
    side = request.side
    side.commands.check(row, "attach_interface")
    terms = Terms(may_external=lambda: request.may(policies.EXTERNAL_NETWORK))
    with told():
        asked = side.others.network.interface(request.caller, row.uuid, wish, terms)
    ports_have_hosts([asked], side.cells.offer)
    variant = {"type": "TAGGED"} if asked.get("tag") else {}
    key, arguments = str(uuids.uuid4()), {"wish": asked, **variant}
    document = side.commands.act(request.caller, row, "attach_interface", arguments, key=key)
    if "service" in asked:
        nic = _served(request, row, document, key, side.conf.neutron.attach_wait)
    else:
        nic = _lent(side, row.uuid, document, port_of(key))
    return {"interfaceAttachment": port(nic, request)}


def _lent(side: Any, uuid: str, document: dict[str, Any], wanted: str) -> dict[str, Any]:
    """The interface once the guest has it, or as it is when patience ends."""
    until = time.monotonic() + side.conf.local_network.attach_wait
    nic = find(document, wanted)
    while nic is not None and nic.get("state") == DOWN and time.monotonic() < until:
        time.sleep(LOOK)
        row = side.index.get(uuid)
        nic = find(row.document, wanted) if row is not None else None
    if nic is None:
        raise NotAttached(f"Failed to attach network adapter device to {uuid}")
    return nic


def _served(
    request: Any, row: IndexRow, document: dict[str, Any], key: str, patience: float
) -> dict[str, Any]:
    """The same of a port, whose id its service chooses: it is known by the operation.

    Nothing of it in the server's head means that it is not made yet, or that it can't be.
    """
    begun, looks = time.monotonic(), 0
    while True:
        nics: list[dict[str, Any]] = document.get("nics") or []
        nic = next((nic for nic in nics if nic.get("key") == key), None)
        late = time.monotonic() > begun + patience
        if nic is not None and (late or not nic.get("attaching")):
            return nic
        if nic is None and (late or looks % SELDOM == SELDOM - 1):
            _refuse_failed(request, row, late)
        time.sleep(LOOK)
        looks += 1
        found = request.side.index.get(row.uuid)
        document = found.document if found is not None else {}


def _refuse_failed(request: Any, row: IndexRow, late: bool) -> None:
    """Raise NotAttached where the operation has ended, or will not be waited for any more."""
    record = request.side.commands.action(row, request.caller.request_id)
    ended = [event for event in record.events if event.result == "Error"] if record else []
    if ended or late or record is None:
        told = next((event for event in ended if event.details), None)
        if told is not None and told.refusal in REFUSALS:
            raise REFUSALS[told.refusal](told.details)
        text = f"Failed to attach network adapter device to {row.uuid}"
        raise NotAttached(f"{text}: {told.details}" if told is not None else text)


@api_view(
    route_name="server_interface",
    request_method="DELETE",
    policy=policies.DELETE,
    on=server_of_caller,
    status=202,
    faults=(409, 501),
)
def delete(row: IndexRow, request: Any) -> None:
    wanted = request.matchdict["port_id"]
    request.side.commands.check(row, "detach_interface")
    if find(row.document, wanted) is None:
        raise NotFound(f"Instance {row.uuid} has no port {wanted}.")
    request.side.commands.act(request.caller, row, "detach_interface", {"port": wanted})
