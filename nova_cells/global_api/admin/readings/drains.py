# SPDX-License-Identifier: Apache-2.0
"""How far each cell that is being emptied has come, and what keeps the rest."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from nova_cells.global_api.admin.readings.finding import ordered
from nova_cells.global_api.cell_states import DRAINING
from nova_cells.global_api.db.tables.operations import journal
from nova_cells.global_api.operations import draining
from nova_cells.global_api.router.cell_handle import CellHandle
from nova_cells.runtime.clock import now

MOST_STUCK = 100
_o = journal.operations.c


def all_of(side: Any) -> list[dict[str, Any]]:
    """Those under way; where no cell is being emptied this asks nothing."""
    cells = [cell for cell in ordered(side) if cell.row.state == DRAINING]
    return [side.database.read(lambda c, cell=cell: _drain(c, cell)) for cell in cells]


def _drain(connection: Connection, cell: CellHandle) -> dict[str, Any]:
    stands = draining.standing(connection, cell.uuid, now())
    query = select(_o.id, _o.arguments).where(
        _o.subject == cell.uuid, _o.kind == draining.DRAIN, _o.open
    )
    row = connection.execute(query).first()
    arguments = row.arguments if row is not None else {}
    left = len(stands.left)
    stuck = sorted(stands.stuck.items())[:MOST_STUCK]
    return {
        "cell": cell.name,
        "uuid": cell.uuid,
        "operation": row.id if row is not None else None,
        "paused": bool(arguments.get(draining.PAUSED)),
        "total": max(int(arguments.get(draining.TOTAL, left)), left),
        "left": left,
        "moving": len(stands.moving),
        "stuck": [{"server": uuid, "message": message} for uuid, message in stuck],
    }
