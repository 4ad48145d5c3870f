# SPDX-License-Identifier: Apache-2.0
"""Begins the move of a host to another cell; what can be refused is refused here, nothing begun."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from nova_cells.clients import references
from nova_cells.global_api import cell_registry
from nova_cells.global_api.cell_registry import CellEntry
from nova_cells.global_api.cell_states import served
from nova_cells.global_api.db.tables.host_index import host_index
from nova_cells.global_api.db.tables.operations import journal
from nova_cells.global_api.db.tables.server_index import server_index
from nova_cells.global_api.faults import BadRequest, Conflict, NotFound
from nova_cells.global_api.operations.engine import GlobalOperations
from nova_cells.journal.turn import Notes
from nova_cells.runtime.context import RequestContext
from nova_cells.runtime.db import Database

KIND = "move_host"
_h, _i, _o = host_index.c, server_index.c, journal.operations.c


@dataclass(frozen=True)
class HostMove:
    """What would be done. `servers` are those on the host."""

    host: str
    uuid: str
    source: CellEntry
    to: CellEntry
    servers: int
    arguments: dict[str, Any]


def plan(
    database: Database, host: str, to: str, *, drain: bool = False, transport: str | None = None
) -> HostMove:
    """Raises why it can't be. `transport`: the reference by which the host finds the other bus."""
    there = cell_registry.find(database, to)
    row = database.read(lambda c: _row(c, host))
    source = cell_registry.find(database, row.cell_uuid)
    reference = transport or there.transport_url
    if source.uuid == there.uuid:
        raise Conflict(f"host {host} is in cell {there.name} already")
    for cell in (source, there):
        if not served(cell.state):
            raise Conflict(f"cell {cell.name} is {cell.state}: it takes part in nothing")
    if not references.is_reference(reference) and not reference.startswith("local:"):
        raise BadRequest(
            f"the bus of cell {there.name} is known here by a URL with its password: say with "
            "--transport-url-from where the host finds it (file:/path, env:NAME, castellan:ID)"
        )
    servers, hosts = database.read(lambda c: (_servers(c, source, host), _hosts(c, there)))
    if servers and not drain:
        raise Conflict(
            f"{servers} servers live on host {host}: move them, or have that done with --drain"
        )
    if there.rules.max_hosts is not None and hosts >= there.rules.max_hosts:
        raise Conflict(
            f"cell {there.name} takes no more hosts: it has {hosts} and may have "
            f"{there.rules.max_hosts}"
        )
    told = {"host": host, "source": source.uuid, "to": there.uuid, "transport": reference}
    shape = {"enabled": row.enabled, "reason": row.document.get("disabled_reason")}
    return HostMove(host, row.uuid, source, there, servers, {**told, **shape, "drain": drain})


def begin(operations: GlobalOperations, wish: HostMove, asked: RequestContext | None = None) -> str:
    """Answers the id of the operation; the same again is the same operation."""
    asked = asked or RequestContext(is_admin=True)

    def work(connection: Connection, notes: Notes) -> str:
        query = select(_o.id, _o.arguments).where(_o.subject == wish.uuid, _o.open)
        for known in connection.execute(query.where(_o.kind == KIND)):
            if known.arguments["to"] != wish.to.uuid:
                raise Conflict(f"host {wish.host} is on its way to another cell already")
            return str(known.id)
        place = wish.source.uuid
        record = operations.record(KIND, KIND, wish.uuid, place, wish.arguments, asked)
        operations.journal.begin(connection, notes, record, wish.uuid)
        return record.id

    return operations.journal.transact(work)


def _row(connection: Connection, host: str) -> Any:
    known = (_h.name == host, _h.deleted.is_(False))
    found = connection.execute(select(host_index).where(*known)).all()
    if not found:
        raise NotFound(f"there is no host {host}")
    if len(found) > 1:
        raise Conflict(f"{len(found)} cells have a host {host}: delete it from all but one")
    return found[0]


def _servers(connection: Connection, cell: CellEntry, host: str) -> int:
    living = (_i.cell_uuid == cell.uuid, _i.host == host, _i.deleted.is_(False))
    return int(connection.execute(select(func.count()).where(*living)).scalar_one())


def _hosts(connection: Connection, cell: CellEntry) -> int:
    there = (_h.cell_uuid == cell.uuid, _h.deleted.is_(False))
    return int(connection.execute(select(func.count()).where(*there)).scalar_one())
