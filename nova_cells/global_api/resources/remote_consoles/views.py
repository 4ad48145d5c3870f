# SPDX-License-Identifier: Apache-2.0
"""A URL with a token. The guest's cell makes both; here only the question differs by version."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.remote_consoles import answers, policies, schemas
from nova_cells.global_api.resources.servers.lookup import server_of_caller
from nova_cells.objects.console import TYPES

UNTIL = "2.1-2.5"


@api_view(
    route_name="remote_consoles",
    request_method="POST",
    microversion="2.6-",
    policy=policies.CREATE,
    on=server_of_caller,
    body=schemas.CREATE,
    answer=answers.CREATE,
    faults=(409, 501),
)
def create(row: IndexRow, request: Any) -> Any:
    wanted = request.document["remote_console"]
    protocol, kind = wanted["protocol"], wanted["type"]
    if TYPES.get(kind, protocol) != protocol:
        raise BadRequest(f"Invalid console type {kind} for protocol {protocol}.")
    return {"remote_console": {"protocol": protocol, "type": kind, "url": _url(row, request, kind)}}


@api_view(
    route_name="server_action",
    request_method="POST",
    action="os-getVNCConsole",
    microversion=UNTIL,
    policy=policies.CREATE,
    on=server_of_caller,
    body=schemas.VNC,
    answer=answers.ACTION,
    faults=(409, 501),
)
def vnc(row: IndexRow, request: Any) -> Any:
    return _console(row, request, request.document["os-getVNCConsole"]["type"])


@api_view(
    route_name="server_action",
    request_method="POST",
    action="os-getSPICEConsole",
    microversion=UNTIL,
    policy=policies.CREATE,
    on=server_of_caller,
    body=schemas.SPICE,
    answer=answers.ACTION,
    faults=(409, 501),
)
def spice(row: IndexRow, request: Any) -> Any:
    return _console(row, request, request.document["os-getSPICEConsole"]["type"])


@api_view(
    route_name="server_action",
    request_method="POST",
    action="os-getSerialConsole",
    microversion=UNTIL,
    policy=policies.CREATE,
    on=server_of_caller,
    body=schemas.SERIAL,
    answer=answers.ACTION,
    faults=(409, 501),
)
def serial(row: IndexRow, request: Any) -> Any:
    return _console(row, request, request.document["os-getSerialConsole"]["type"])


def _console(row: IndexRow, request: Any, kind: str) -> dict[str, Any]:
    return {"console": {"type": kind, "url": _url(row, request, kind)}}


def _url(row: IndexRow, request: Any, kind: str) -> str:
    if kind not in TYPES:
        raise BadRequest(f"Unavailable console type {kind}.")
    url: str = request.side.commands.console(row, kind).url
    return url
