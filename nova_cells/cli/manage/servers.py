# SPDX-License-Identifier: Apache-2.0
"""Where a server is, and making the index agree with its cell."""

from __future__ import annotations

from sqlalchemy import select

from nova_cells.cli.manage.reach import Reach
from nova_cells.cli.manage.rows import Record
from nova_cells.global_api import cell_registry
from nova_cells.global_api.db.tables.build_requests import build_requests
from nova_cells.global_api.db.tables.mappings import instance_mappings
from nova_cells.global_api.db.tables.server_index import server_index
from nova_cells.global_api.faults import NotFound
from nova_cells.global_api.index.server_index import ServerIndex
from nova_cells.global_api.index.write import Head
from nova_cells.runtime.db import Database

_COLUMNS = ("UUID", "Project", "Cell", "Epoch", "Revision", "Host", "State", "Task", "Request")


def whereabouts(database: Database, uuid: str) -> Record:
    """Mapping, index row and open build request of one server."""
    index, mapping, wish = server_index.c, instance_mappings.c, build_requests.c
    statement = (
        select(
            mapping.project_id,
            mapping.cell_uuid,
            mapping.epoch,
            index.revision,
            index.host,
            index.vm_state,
            index.task_state,
            wish.uuid,
        )
        .select_from(
            instance_mappings.outerjoin(server_index, index.uuid == mapping.uuid).outerjoin(
                build_requests, wish.uuid == mapping.uuid
            )
        )
        .where(mapping.uuid == uuid)
    )
    row = database.read(lambda connection: connection.execute(statement).first())
    if row is None:
        raise NotFound(f"no cell ever had a server {uuid}")
    project, cell, *known, request = row
    names = {entry.uuid: entry.name for entry in cell_registry.entries(database)}
    place = f"{names.get(cell, 'unknown')} ({cell})" if cell else "none"
    return _COLUMNS, (uuid, project, place, *known, "open" if request else "done")


def repair(reach: Reach, uuid: str) -> Record:
    """Ask the cell, apply its answer to the index, show the result."""
    database = reach.database
    statement = select(instance_mappings.c.cell_uuid).where(instance_mappings.c.uuid == uuid)
    cell = database.read(lambda connection: connection.execute(statement).scalar())
    if cell is None:
        raise NotFound(f"no cell has server {uuid}: nothing to compare with")
    entry = cell_registry.find(database, cell)
    head = reach.cell(entry).show(uuid=uuid)
    ServerIndex(database).apply([Head(head.document(), entry.uuid)])
    return whereabouts(database, uuid)
