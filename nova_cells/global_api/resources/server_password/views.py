# SPDX-License-Identifier: Apache-2.0
"""The operations of /servers/{id}/os-server-password.

A guest gives its password to the metadata service, encrypted with the server's key; one that has
been forgotten may be followed by another.
"""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_password import answers, policies
from nova_cells.global_api.resources.servers.lookup import server_of_caller


@api_view(
    route_name="server_password", policy=policies.SHOW, on=server_of_caller, answer=answers.SHOW
)
def show(row: IndexRow, _request: Any) -> Any:
    return {"password": row.document.get("encrypted_password") or ""}


@api_view(
    route_name="server_password",
    request_method="DELETE",
    policy=policies.CLEAR,
    on=server_of_caller,
    status=204,
)
def clear(row: IndexRow, request: Any) -> None:
    if row.document.get("encrypted_password"):
        request.side.commands.amend(request.caller, row, {"encrypted_password": None})
