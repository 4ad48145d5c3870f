# SPDX-License-Identifier: Apache-2.0
"""Tells every API and router process what fits into this cell and which services it has.

At most once a second, only when something changed, and slowly even if nothing did: that is the
cell's heartbeat. A lost message is repaired by the next.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

from nova_cells.cell.conductor.host_state import HostState
from nova_cells.cell.db import singletons
from nova_cells.cell.scheduler import capacity_shapes
from nova_cells.contracts import Facts, Outcome, interface_versions
from nova_cells.objects import CellFacts, newest_versions
from nova_cells.runtime.clock import seconds
from nova_cells.runtime.db import Database, DatabaseFault, schema
from nova_cells.runtime.messaging import Bus
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)
CONDUCTOR = "nova-conductor"
SHORTEST = seconds(0.9)
_FORGET_AFTER = seconds(3600)


@functools.cache
def _schema_version() -> str:
    return schema.head("cell")


class FactsPublisher:
    """A service. It also gives this conductor's own sign of life."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        state: HostState,
        *,
        cell_uuid: str,
        deployment: str,
        name: str,
        keepalive: float,
        clock: Callable[[], int],
    ) -> None:
        self._database = database
        self._client: Any = bus.client(Facts)
        self._state = state
        self._cell = cell_uuid
        self._deployment = deployment
        self._name = name
        self._keepalive = seconds(keepalive)
        self._clock = clock
        self._serial = 0
        self._sent_at = 0
        self._sent: Any = None
        self._table_version = -1
        self._capacity: list[Any] = []
        self._services: list[Any] = []
        self._rounds = Periodic(f"facts {name}", 1.0, self.round)

    def start(self) -> None:
        self._rounds.start()

    def stop(self) -> None:
        self._rounds.stop()

    def kick(self) -> None:
        self._rounds.kick()

    def connected(self) -> bool:
        """Whether the bus took what was published last: silence means something only then."""
        return self._clock() - self._sent_at <= 2 * self._keepalive + seconds(5)

    def current(self) -> CellFacts:
        """The full set as of now."""
        version = self._state.table.version
        if version != self._table_version:
            self._table_version = version
            self._capacity = capacity_shapes(self._state.table)
        return CellFacts(
            cell=self._cell,
            deployment=self._deployment,
            publisher=self._name,
            serial=self._serial,
            published_at=self._clock(),
            bundle_generation=self._state.zones.generation,
            capacity=self._capacity,
            services=self._services or [self._myself()],
            schema_version=_schema_version(),
        )

    def round(self) -> None:
        """Publish if there is something new, or nothing was said for long."""
        silent_for = self._clock() - self._sent_at
        late = silent_for >= self._keepalive
        if late:
            self._sign_of_life()
        facts = self.current()
        known_as = (facts.capacity, facts.bundle_generation, len(facts.services))
        if not late and (known_as == self._sent or silent_for < SHORTEST):
            return
        try:
            self._client.facts(facts=facts)
        except Outcome as outcome:
            LOG.info("facts not published: %s", outcome)
            return
        self._serial += 1
        self._sent, self._sent_at = known_as, self._clock()

    def _sign_of_life(self) -> None:
        now = self._clock()

        def work(connection: Any) -> list[Any]:
            singletons.seen(connection, CONDUCTOR, self._name, self._versions(), now)
            singletons.forget_services(connection, now - _FORGET_AFTER)
            return singletons.every_service(connection)

        try:
            self._services = self._database.write(work)
        except DatabaseFault as fault:
            LOG.warning("no sign of life written: %s", fault)

    def _myself(self) -> dict[str, Any]:
        return {
            "binary": CONDUCTOR,
            "host": self._name,
            "versions": self._versions(),
            "last_seen": self._clock(),
        }

    @staticmethod
    def _versions() -> dict[str, Any]:
        return {
            "interfaces": {name: list(span) for name, span in interface_versions().items()},
            "objects": newest_versions(),
        }
