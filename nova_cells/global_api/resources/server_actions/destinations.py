# SPDX-License-Identifier: Apache-2.0
"""The host somebody names for a server that is to go to another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.servers.schemas.fields import truth


def arguments(
    request: Any, row: IndexRow, wanted: Mapping[str, Any], *, scheduler: bool
) -> dict[str, Any]:
    """`host` and whether it is `forced`, as the cell is told. `scheduler`: unless it is forced."""
    host, force = wanted.get("host"), truth(wanted.get("force", False))
    if host is None:
        if force:
            raise BadRequest("Can't force to a non-provided destination")
        return {}
    _check(request, row, host)
    return {"host": host, "forced": force or not scheduler}


def _check(request: Any, row: IndexRow, host: str) -> None:
    """It is there, in the server's cell, and another one than the server's."""
    if host == row.document["host"]:
        raise BadRequest("The target host can't be the same one.")
    known = request.side.hosts.list(name=host)
    if not known:
        raise BadRequest(f"Compute host {host} could not be found.")
    if known[0].cell_uuid != row.cell_uuid:
        raise BadRequest(f"Compute host {host} is in another cell than server {row.uuid}.")
