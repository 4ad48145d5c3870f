# SPDX-License-Identifier: Apache-2.0
"""Changes to a server that no cell has: one still waiting for a cell, or one that found none."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Connection, update

from nova_cells.global_api.db.tables.build_requests import build_requests
from nova_cells.global_api.faults import Conflict
from nova_cells.global_api.index import write
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.index.server_index import ServerIndex
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.refusals import state_text
from nova_cells.global_api.router.build_requests import CHOOSING, lock
from nova_cells.objects import RequestSpec
from nova_cells.objects.amendment import LOCKING, action_of, amended
from nova_cells.runtime.clock import Clock, now
from nova_cells.runtime.db import Database

_TRIES = 40
_PAUSE = 0.05


class Unplaced:
    """Servers without a cell."""

    def __init__(self, database: Database, index: ServerIndex, *, clock: Clock = now) -> None:
        self._database = database
        self._index = index
        self._clock = clock

    def amend(self, uuid: str, changes: dict[str, Any]) -> dict[str, Any] | None:
        """Set descriptive fields; None if a cell has the server, or is just being asked."""
        return self._database.write(lambda connection: self._amend(connection, uuid, changes))

    def _amend(
        self, connection: Connection, uuid: str, changes: dict[str, Any]
    ) -> dict[str, Any] | None:
        request = lock(connection, uuid)
        if request is not None and (request.phase != CHOOSING or changes.keys() & LOCKING):
            return None  # a wish carries no lock: the cell that gets it is waited for
        found = write.document(connection, uuid)
        if found is None or (request is None and write.cell_of(connection, uuid) is not None):
            return None
        if action := action_of(changes):
            raise Conflict(state_text(uuid, action, "vm_state", found["vm_state"]))
        changes = amended(found, changes)
        found.update(changes, updated_at=self._clock())
        if request is None:
            found["revision"] += 1
            write.apply(connection, [Head(found, None)])
        else:
            write.overwrite(connection, Head(found, None))
            wish = request.spec
            known = {name: changes[name] for name in changes if name in RequestSpec.fields}
            if "pinned_availability_zone" in changes:
                known["availability_zone"] = changes["pinned_availability_zone"]
            wish["document"].update(known)
            connection.execute(
                update(build_requests).where(build_requests.c.uuid == uuid).values(spec=wish)
            )
        return found

    def placed(self, uuid: str) -> IndexRow | None:
        """The row once a cell has the server; None if none took it within two seconds."""
        for _try in range(_TRIES):
            row = self._index.get(uuid)
            if row is None or row.cell_uuid is not None:
                return row
            time.sleep(_PAUSE)
        return None
