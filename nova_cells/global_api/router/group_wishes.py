# SPDX-License-Identifier: Apache-2.0
"""Which cells a group with a soft rule would rather have: it weighs, and never refuses.

A cell that was preferred and has no place is tried; then it counts no more.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from nova_cells.global_api.db.tables.mappings import instance_mappings
from nova_cells.global_api.db.tables.server_groups import server_group_members
from nova_cells.global_api.router.capacity import Ask
from nova_cells.global_api.router.cell_handle import CellHandle
from nova_cells.objects import RequestSpec
from nova_cells.runtime.db import Database

TOGETHER, APART = "soft-affinity", "soft-anti-affinity"


def preferred(
    database: Database, spec: RequestSpec, ask: Ask, cells: list[CellHandle]
) -> list[CellHandle]:
    """Of the cells with a place those with most, or with fewest, of the group's members."""
    if spec.group is None or spec.group.policy not in (TOGETHER, APART):
        return cells
    roomy = [cell for cell in cells if cell.capacity.places(ask) > 0]
    if len(roomy) < 2:
        return cells
    group, uuid = spec.group.uuid, spec.uuid
    members = database.read(lambda connection: _members(connection, group, uuid))
    wanted = max if spec.group.policy == TOGETHER else min
    best = wanted(members.get(cell.uuid, 0) for cell in roomy)
    return [cell for cell in roomy if members.get(cell.uuid, 0) == best]


def _members(connection: Connection, group: str, but: str) -> dict[str, int]:
    """How many members other than this one each cell has."""
    member, mapping = server_group_members.c, instance_mappings.c
    query = (
        select(mapping.cell_uuid, func.count())
        .join_from(server_group_members, instance_mappings, mapping.uuid == member.instance_uuid)
        .where(member.group_uuid == group, mapping.uuid != but, mapping.cell_uuid.is_not(None))
        .group_by(mapping.cell_uuid)
    )
    return {cell: int(number) for cell, number in connection.execute(query)}
