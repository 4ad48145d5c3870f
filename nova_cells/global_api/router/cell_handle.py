# SPDX-License-Identifier: Apache-2.0
"""One cell as this process holds it: its bus, what it last said, and whether it answers.

Every call to a cell goes through `call`, so that a dead cell costs one time-out, not one a request.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from oslo_utils import versionutils

from nova_cells.contracts import Cell, Outcome, Refused, Unknown
from nova_cells.global_api.cell_rules import NO_RULES, CellRules
from nova_cells.global_api.cell_states import ENABLED, served
from nova_cells.global_api.router.breaker import Breaker
from nova_cells.global_api.router.capacity import Capacity
from nova_cells.objects import CellFacts
from nova_cells.runtime.messaging import Bus

LOG = logging.getLogger(__name__)

_LATE = 1.0
_QUIET = 12.0
"""Seconds without a word, more than a heartbeat, after which a cell is asked how it is."""
_HARMLESS = frozenset({"facts"})
_CONDUCTOR = "nova-conductor"


class NotAsked(Outcome):
    """The cell was not asked, because it did not answer a moment ago: nothing was begun."""


@dataclass(frozen=True)
class CellRow:
    """A row of the table of cells; its URL is no reference any more."""

    uuid: str
    name: str
    transport_url: str
    state: str
    generation: int
    rules: CellRules = NO_RULES
    mark: int = 0

    @property
    def enabled(self) -> bool:
        """Whether it takes new servers."""
        return self.state == ENABLED


class CellHandle:
    """A cell. `row` is replaced when it changes in nothing but its name or enablement."""

    def __init__(
        self,
        row: CellRow,
        bus: Bus,
        *,
        silence: float,
        deployment: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`deployment`: the id cells have to tell; None where any cell is believed."""
        self.row = row
        self.stranger: str | None = None
        self._deployment = deployment
        self.bus = bus
        self.breaker = Breaker(clock=clock)
        self.facts: CellFacts | None = None
        self.capacity = Capacity()
        self.client = bus.client(Cell, peer=self.peer)
        self._silence = silence
        self._clock = clock
        self._opened_at = clock()
        self._heard_at: float | None = None
        self._answered_at = self._lived_at = self._opened_at
        self._asked: dict[object, float] = {}
        self._lock = threading.Lock()
        self.lag: float | None = None

    @property
    def uuid(self) -> str:
        return self.row.uuid

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def known(self) -> bool:
        """Whether it has been heard of since this process knows it."""
        return self._heard_at is not None

    @property
    def fresh(self) -> bool:
        """Whether what is known of it is new enough to be shown as the present state."""
        since = self._opened_at if self._heard_at is None else self._heard_at
        return self._clock() - since <= self._silence

    @property
    def answers(self) -> bool:
        """Whether it is worth asking now."""
        return self.fresh and self.breaker.closed and self.believed

    @property
    def believed(self) -> bool:
        """Whether what it says counts: it is ours, not declared dead and no old backup."""
        return self.stranger is None and served(self.row.state)

    @property
    def quiet(self) -> bool:
        """Whether its heartbeat is late, or it owes an answer: look before others have to wait."""
        silent_for = self._clock() - max(self._answered_at, self._lived_at)
        return self.suspect or self.breaker.doubtful or silent_for > _QUIET

    @property
    def suspect(self) -> bool:
        """Whether it owes an answer for longer than answers take: better ask another one."""
        late = self._clock() - _LATE
        return any(self._answered_at < asked < late for asked in list(self._asked.values()))

    def hear(self, facts: CellFacts) -> None:
        """Take what the cell publishes; a message that was overtaken only proves it alive."""
        if not self.vouched(facts.cell, facts.deployment):
            return
        self.heard()
        with self._lock:
            if self.facts is not None and facts.published_at < self.facts.published_at:
                return
            self.facts = facts
            self.capacity = Capacity(facts.capacity)

    def vouched(self, cell: str, deployment: str) -> bool:
        """Whether who speaks on its bus is this cell, of this deployment."""
        wrong = None
        if cell != self.uuid:
            wrong = f"cell {cell} speaks on its bus"
        elif self._deployment is not None and deployment not in ("", self._deployment):
            wrong = f"it belongs to deployment {deployment!r}, not to {self._deployment!r}"
        if wrong is not None and wrong != self.stranger:
            LOG.error("Cell %s (%s) is refused: %s", self.name, self.uuid, wrong)
        self.stranger = wrong
        return wrong is None

    def heard(self) -> None:
        """Any sign of life."""
        self._heard_at = self._answered_at = self._clock()
        self.breaker.succeeded()

    def call(self, method: str, *, deadline: float | None = None, **arguments: Any) -> Any:
        """Ask the cell. Raises Refused, Unknown, or NotAsked at once while it does not answer."""
        if not self.believed and method not in _HARMLESS:
            reason = self.stranger or f"it is {self.row.state}"
            raise NotAsked(f"cell {self.name} is not asked: {reason}")
        if not self.breaker.allow():
            raise NotAsked(f"cell {self.name} does not answer")
        if deadline is not None:
            arguments["_deadline"] = deadline
        call = object()
        self._asked[call] = self._clock()
        try:
            answer = getattr(self.client, method)(**arguments)
        except Refused:
            self._answered()
            raise
        except Unknown:
            self.breaker.failed()
            raise
        finally:
            del self._asked[call]
        self._answered()
        return answer

    def lives(self, within: float) -> bool:
        """Whether it says how it is; if not, nobody waits for it. What it owes, it still owes."""
        try:
            self.client.facts(_deadline=within)
        except Refused:
            pass
        except Unknown:
            self.breaker.trip()
            return False
        self._lived_at = self._clock()
        return True

    def _answered(self) -> None:
        self._answered_at = self._clock()
        self.breaker.succeeded()

    def peer(self) -> Mapping[str, Any] | None:
        """What all of its conductors understand."""
        if self.facts is None:
            return None
        spoken = [
            service["versions"]
            for service in self.facts.services
            if service["binary"] == _CONDUCTOR and service.get("versions")
        ]
        return common_versions(spoken) if spoken else None


def common_versions(spoken: list[Mapping[str, Any]]) -> dict[str, Any]:
    """The newest versions that each of several peers speaks."""
    interfaces: dict[str, list[str]] = {}
    objects: dict[str, str] = {}
    for versions in spoken:
        for name, (low, high) in versions.get("interfaces", {}).items():
            known = interfaces.setdefault(name, [low, high])
            known[0] = max(known[0], low, key=_number)
            known[1] = min(known[1], high, key=_number)
        for name, version in versions.get("objects", {}).items():
            objects[name] = min(objects.get(name, version), version, key=_number)
    return {"interfaces": interfaces, "objects": objects}


def _number(version: str) -> tuple[int, ...]:
    return tuple(versionutils.convert_version_to_tuple(version))
