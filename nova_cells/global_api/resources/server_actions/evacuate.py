# SPDX-License-Identifier: Apache-2.0
"""Evacuate: a server whose host is down is made again on another one."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_actions import (
    answers,
    destinations,
    policies,
    schemas,
)
from nova_cells.global_api.resources.servers.creation import new_password
from nova_cells.global_api.resources.servers.lookup import server_of_caller
from nova_cells.global_api.resources.servers.schemas.fields import truth


@api_view(
    route_name="server_action",
    request_method="POST",
    action="evacuate",
    policy=policies.EVACUATE,
    on=server_of_caller,
    body=schemas.EVACUATE,
    answer=answers.EVACUATED,
    faults=(409, 503),
)
def evacuate(row: IndexRow, request: Any) -> Any:
    """Whether there is room elsewhere is found out after the answer."""
    wanted = request.document["evacuate"]
    asks = request.gate("2.29-evacuations-ask-the-scheduler")
    arguments = destinations.arguments(request, row, wanted, scheduler=asks)
    password = _password(wanted)
    arguments["secrets"] = {"admin_password": password}
    arguments["stopped"] = request.gate("2.95-evacuated-servers-land-stopped")
    arguments["promised"] = True
    request.side.commands.act(request.caller, row, "evacuate", arguments)
    if request.gate("2.14-evacuations-tell-no-password"):
        return None
    return {"adminPass": password} if request.side.conf.api.enable_instance_password else {}


def _password(wanted: dict[str, Any]) -> str:
    given: str | None = wanted.get("adminPass")
    if given and truth(wanted.get("onSharedStorage", False)):
        raise BadRequest("admin password can't be changed on existing disk")
    return given or new_password()
