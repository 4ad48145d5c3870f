# SPDX-License-Identifier: Apache-2.0
"""Takes what cells publish. What it answers is durable; what it does not is sent again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from nova_cells.contracts import FaultCode
from nova_cells.global_api.index import hosts, migrations
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.router import build_requests, endings
from nova_cells.global_api.router.build_requests import CHOOSING
from nova_cells.global_api.router.cell_handle import CellHandle
from nova_cells.global_api.router.ownership import Ownership
from nova_cells.objects import FeedItem
from nova_cells.runtime.clock import Clock, now
from nova_cells.runtime.db import Database

LOG = logging.getLogger(__name__)

RETURNED = "returned"


class ChangesEndpoint:
    """Serves `contracts.Changes` on one cell's bus. A cell speaks for itself only."""

    def __init__(
        self,
        cell: CellHandle,
        database: Database,
        ownership: Ownership,
        *,
        returned: Callable[[], None],
        default_zone: str,
        clock: Clock = now,
    ) -> None:
        self._cell = cell
        self._database = database
        self._ownership = ownership
        self._returned = returned
        self._default_zone = default_zone
        self._clock = clock

    def changes(self, cell: str, items: list[FeedItem], deployment: str = "") -> list[str]:
        """Upsert what is newer, in one transaction. Who is not believed tells it again later."""
        if not self._cell.vouched(cell, deployment) or not self._cell.believed:
            return []
        self._cell.heard()
        taken = self._durable(items)
        self._note_lag(taken)
        if any(item.disposition == RETURNED for item in taken):
            self._returned()
        return [item.key for item in taken]

    def _note_lag(self, taken: Sequence[FeedItem]) -> None:
        """How old the oldest of what was just told is, by its cell's clock."""
        told = [item.document.get("updated_at") for item in taken if item.kind == "instance"]
        if moments := [moment for moment in told if moment]:
            self._cell.lag = max(0.0, (self._clock() - min(moments)) / 1_000_000)

    def _durable(self, items: Sequence[FeedItem]) -> list[FeedItem]:
        """Those that are written. One the database can't take must not keep back the others."""
        try:
            self._database.write(lambda connection: self._take(connection, items))
        except DBAPIError:
            if len(items) == 1:
                LOG.exception("Item %s of cell %s can't be written", items[0].key, self._cell.name)
                return []
            return [taken for item in items for taken in self._durable([item])]
        return list(items)

    def _take(self, connection: Connection, items: Sequence[FeedItem]) -> None:
        current = [
            item for item in items if item.kind == "instance" and item.disposition != RETURNED
        ]
        if current:
            cell = self._cell.uuid
            heads = [Head(item.document, cell, item.version) for item in current]
            self._ownership.heard(connection, cell, heads)
        for item in items:
            if item.kind == "host":
                hosts.apply(connection, self._cell.uuid, item, self._default_zone)
            elif item.kind == "migration":
                migrations.apply(connection, self._cell.uuid, item)
            elif item.disposition == RETURNED:
                self._reopen(connection, item)

    def _reopen(self, connection: Connection, item: FeedItem) -> None:
        """The cell could not build it after all: other cells may."""
        request = build_requests.lock(connection, item.key)
        if request is None:
            endings.fail_returned(connection, item.document, self._clock())
            return
        if request.epoch != item.epoch or request.phase == CHOOSING:
            return
        if request.cancelled:
            endings.entomb(connection, item.key, self._clock())
            return
        fault = item.document.get("fault") or {}
        attempt = {
            "cell": self._cell.uuid,
            "epoch": item.epoch,
            "code": str(FaultCode.NO_VALID_HOST),
            "message": fault.get("message"),
            "trail": [],
            "details": fault.get("details"),
        }
        build_requests.save(
            connection,
            request,
            phase=CHOOSING,
            cell_uuid=None,
            attempts=[*request.attempts, attempt],
            lease_owner=None,
            lease_until=self._clock(),
        )
