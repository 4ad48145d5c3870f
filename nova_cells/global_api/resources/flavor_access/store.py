# SPDX-License-Identifier: Apache-2.0
"""Grants of private flavors to projects, over the connection of the caller's transaction."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from nova_cells.global_api.db.tables.flavors import flavor_projects

_p = flavor_projects.c


def projects(connection: Connection, flavor: int) -> list[str]:
    """Who was granted the flavor of this row number."""
    query = select(_p.project_id).where(_p.flavor_id == flavor).order_by(_p.project_id)
    return list(connection.execute(query).scalars())


def grant(connection: Connection, flavor: int, project_id: str) -> bool:
    """Let a project use a flavor; False if it could already."""
    if project_id in projects(connection, flavor):
        return False
    try:
        with connection.begin_nested():
            connection.execute(
                insert(flavor_projects).values(flavor_id=flavor, project_id=project_id)
            )
    except IntegrityError:
        return False
    return True


def revoke(connection: Connection, flavor: int, project_id: str) -> bool:
    """Take the grant back; False if there was none."""
    result = connection.execute(
        delete(flavor_projects).where(_p.flavor_id == flavor, _p.project_id == project_id)
    )
    return result.rowcount == 1
