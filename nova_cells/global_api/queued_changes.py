# SPDX-License-Identifier: Apache-2.0
"""Changes of names, metadata and tags while a cell is away: shown at once, told at its return.

They are told in the order in which they were made; while some wait, later ones wait behind them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from nova_cells.contracts import FaultCode, Refused
from nova_cells.global_api.faults import ServerNotFound
from nova_cells.global_api.index import write
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.router import endings
from nova_cells.objects import Instance
from nova_cells.objects.amendment import TooMany, amended
from nova_cells.runtime.clock import Clock, now
from nova_cells.runtime.context import RequestContext
from nova_cells.runtime.db import Database

MARK = "queued_changes"
"""In a stored document: its cell has not heard of all of it."""

_MAY_WAIT = frozenset(
    {
        "name",
        "hostname",
        "description",
        "access_ip_v4",
        "access_ip_v6",
        "metadata",
        "metadata_set",
        "metadata_unset",
        "tags",
        "tags_add",
        "tags_remove",
        "at_most",
    }
)


def may_wait(changes: dict[str, Any]) -> bool:
    """Whether a change describes only: nothing depends on when the cell hears of it."""
    return changes.keys() <= _MAY_WAIT


def waiting(row: IndexRow) -> bool:
    """Whether changes wait for the cell of this server already."""
    return bool(row.document.get(MARK))


class QueuedChanges:
    """Writes them down; `router.deliveries` tells the cell."""

    def __init__(self, database: Database, *, clock: Clock = now) -> None:
        self._database = database
        self._clock = clock

    def put(
        self, ctx: RequestContext, row: IndexRow, key: str, changes: dict[str, Any]
    ) -> dict[str, Any]:
        """The document as it will be. Raises `Refused` as the cell would."""
        return self._database.write(lambda c: self._put(c, ctx, row, key, changes))

    def _put(
        self,
        connection: Connection,
        ctx: RequestContext,
        row: IndexRow,
        key: str,
        changes: dict[str, Any],
    ) -> dict[str, Any]:
        moment = self._clock()
        found = write.document(connection, row.uuid)
        cell_uuid = write.cell_of(connection, row.uuid)
        if found is None or cell_uuid is None or found.get("deleted_at") is not None:
            raise ServerNotFound(row.uuid)
        try:
            found.update(amended(found, changes), updated_at=moment)
        except TooMany as error:
            text = f"{error.field} may have {error.most} at most."
            raise Refused(FaultCode.TOO_MANY, text, field=error.field, most=error.most) from error
        found[MARK] = True
        write.overwrite(connection, Head(found, cell_uuid, Instance.VERSION))
        endings.promise(
            connection,
            endings.AMEND,
            row.uuid,
            cell_uuid,
            found["epoch"],
            key=key,
            moment=moment,
            request={
                "request_id": ctx.request_id,
                "user_id": ctx.user_id or found["user_id"],
                "project_id": ctx.project_id or row.project_id,
                "arguments": changes,
            },
        )
        return found
