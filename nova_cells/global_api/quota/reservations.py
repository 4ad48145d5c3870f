# SPDX-License-Identifier: Apache-2.0
"""Quota for an operation that its cell is being asked for: taken before, settled by what it says.

Once the operation has begun, the server's own hold grows by as much and the reservation goes, in
one transaction of the index. One whose asker died, or that was never answered, expires: a cell that
began after all is charged by what it publishes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from nova_cells.global_api.faults import ApiFault, CellUnavailable
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.quota import holds
from nova_cells.global_api.quota.charge import CHARGED, charge_of
from nova_cells.global_api.quota.limits import Limits
from nova_cells.objects import Flavor
from nova_cells.runtime.clock import seconds
from nova_cells.runtime.db import Database

LIFETIME = seconds(120)
BATCH = 100


class Reservations:
    """`limits` says how much there may be."""

    def __init__(self, database: Database, limits: Limits, clock: Callable[[], int]) -> None:
        self._database = database
        self._limits = limits
        self._clock = clock

    @contextmanager
    def for_size(self, row: IndexRow, key: str, flavor: Flavor) -> Iterator[None]:
        """While operation `key`, which gives a server this size, is asked for.

        Raises QuotaExceeded where its project or its user may not have so much.
        """
        more = _more(row.document, flavor)
        if not any(more.values()):
            yield
            return
        self._take(row, key, more)
        try:
            yield
        except CellUnavailable:
            raise  # it may begin yet
        except ApiFault:
            self._give_back(row.uuid, key)
            raise
        self._give_back(row.uuid, key)

    def expire(self) -> None:
        """Give back what nobody spoke of in time."""
        moment = self._clock()
        due = self._database.read(lambda c: holds.expired(c, moment, BATCH))
        for uuid, purpose in due:
            self._database.write(lambda c, u=uuid, p=purpose: holds.give_back(c, u, p))

    def _take(self, row: IndexRow, key: str, more: dict[str, int]) -> None:
        project, user = row.project_id, row.document["user_id"]
        expires_at = self._clock() + LIFETIME
        purpose = holds.reserved_for(key)
        hold = holds.Hold(row.uuid, 0, purpose=purpose, expires_at=expires_at, **more)

        def work(connection: Connection) -> None:
            limits = self._limits.of_project_and_user(connection, project, user)
            holds.take(connection, holds.Owner(project, user), [hold], *limits)

        self._database.write(work)

    def _give_back(self, uuid: str, key: str) -> None:
        purpose = holds.reserved_for(key)
        self._database.write(lambda c: holds.give_back(c, uuid, purpose))


def _more(document: dict[str, Any], flavor: Flavor) -> dict[str, int]:
    """What it would hold beyond what it holds."""
    now, then = charge_of(document), charge_of({**document, "flavor": flavor.document()})
    return {name: max(0, then[name] - now[name]) for name in CHARGED}
