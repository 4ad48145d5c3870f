# SPDX-License-Identifier: Apache-2.0
"""Which server has the volume, and what its cell is asked for."""

from __future__ import annotations

from typing import Any

from nova_cells.clients.service_faults import NotThere
from nova_cells.global_api.faults import ApiFault, NotSupported
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.others import told

Document = dict[str, Any]


def user_of(request: Any, volume_id: str, absent: type[ApiFault]) -> IndexRow:
    """The one server that has the volume, as its service tells; `absent` where that is none.

    Several can't be brought to another file of it in one moment.
    """
    with told():
        try:
            volume = request.side.others.volumes.volume(request.caller, volume_id)
        except NotThere as fault:
            raise absent(f"Volume {volume_id} could not be found.") from fault
    servers = {each["server_id"] for each in volume["attachments"] if each["server_id"]}
    row = request.side.index.get(servers.pop()) if len(servers) == 1 else None
    if row is None or row.deleted:
        raise absent(f"Volume {volume_id} is not attached to exactly one server.")
    found: IndexRow = row
    return found


def begin(
    request: Any, row: IndexRow, kind: str, arguments: Document, absent: type[ApiFault]
) -> None:
    """The volume service is told of the end by the cell."""
    try:
        request.side.commands.act(request.caller, row, kind, arguments)
    except NotSupported as fault:
        raise absent(fault.message) from fault
