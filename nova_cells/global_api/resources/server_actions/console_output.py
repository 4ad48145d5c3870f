# SPDX-License-Identifier: Apache-2.0
"""The text a guest wrote to its serial console: live from its host, never kept here."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_actions import answers, policies, schemas
from nova_cells.global_api.resources.servers.lookup import server_of_caller

EVERYTHING = -1
MOST = 10**9


@api_view(
    route_name="server_action",
    request_method="POST",
    action="os-getConsoleOutput",
    policy=policies.CONSOLE_OUTPUT,
    on=server_of_caller,
    body=schemas.CONSOLE_OUTPUT,
    answer=answers.CONSOLE_OUTPUT,
    faults=(409, 501),
)
def console_output(row: IndexRow, request: Any) -> Any:
    length = request.document["os-getConsoleOutput"].get("length")
    lines = EVERYTHING if length is None else min(int(length), MOST)
    text = request.side.commands.console_output(row, lines)
    return {"output": text.encode("utf-8", "replace").decode()}
