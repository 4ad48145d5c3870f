# SPDX-License-Identifier: Apache-2.0
"""What the functions of an operation see: one transaction's view of one operation.

Nothing in a turn outlives its transaction; what is for afterwards goes into its `Notes`. A repeated
transaction begins with fresh notes and a fresh turn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Connection

from nova_cells.journal.model import Operation, Step
from nova_cells.journal.record import Record, StepRecord


@dataclass(frozen=True)
class Errand:
    """Steps to have done once the transaction is committed: by a host, or by services.

    `steps` are pairs of position and the name the agent knows; of undos where `undo` is set.
    `works` are those of one service step; a host has nothing to do with it then. `about` is the
    host they are about, `again` says that something of this may have been done already; `kept` are
    the facts of works of the same step that are done.
    """

    record: Record
    steps: tuple[tuple[int, str], ...]
    undo: bool
    subject: Any
    works: tuple[str, ...] = ()
    about: str | None = None
    again: bool = False
    kept: Mapping[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class Notes:
    """What to do once a transaction is committed, or what to take back in memory if it is lost."""

    errands: list[Errand] = field(default_factory=list)
    after: list[Callable[[], None]] = field(default_factory=list)
    lost: list[Callable[[], None]] = field(default_factory=list)

    def revert(self) -> None:
        """The transaction did not happen."""
        for effect in self.lost:
            effect()


@dataclass
class Turn:
    """`subject` is what `Subjects.load` gave; `facts` what the steps reported in this turn.

    `beginning`: the operation is being begun by a request that can still be refused. `waiting`: for
    something to be heard.
    """

    connection: Connection
    record: Record
    operation: Operation
    now: int
    world: Any
    subject: Any
    notes: Notes
    beginning: bool = False
    facts: dict[str, Any] = field(default_factory=dict)
    finished: list[StepRecord] = field(default_factory=list)
    errand: Errand | None = None
    waiting: bool = False

    @property
    def stands(self) -> bool:
        """Whether somebody else is to do something now."""
        return self.waiting or self.errand is not None

    def heard(self, name: str) -> str | None:
        """What was last heard under this name since the attempt began."""
        told: str | None = (self.record.recall("heard") or {}).get(name)
        return told

    @property
    def refusal(self) -> int:
        """The status that says why the operation is taken back: a fault of ours unless told."""
        return int(self.record.recall("refusal") or 500)

    @property
    def step(self) -> Step:
        return self.operation.steps[self.record.cursor]

    def at(self, seat: str) -> str | None:
        """The host in a seat of this operation, if there is one."""
        host: str | None = self.record.arguments.get("places", {}).get(seat)
        return host

    def put(self, seat: str, host: str | None) -> None:
        """Give a seat to a host; None empties it."""
        places = self.record.arguments.get("places", {})
        self.record.arguments["places"] = {**places, seat: host}

    def place_of(self, step: Step) -> str | None:
        """The host that does a step; None where nobody is to."""
        return self.record.place if step.at is None else self.at(step.at)


class Subjects(Protocol):
    """What the journal's work is about, as far as the journal must know. All inside a turn."""

    def load(self, connection: Connection, subject: str) -> Any:
        """The subject of that id, or None where it is gone."""

    def save(self, turn: Turn) -> None:
        """Write the subject back if the turn changed it."""

    def save_new(self, turns: list[Turn], *, told: bool) -> None:
        """Write subjects that are new; `told`: whoever asked hears of them at once."""

    def hold(self, turn: Turn) -> None:
        """Lock the subject for this operation."""

    def show(self, turn: Turn, task: str | None) -> None:
        """Show what the subject is doing now."""

    def free(self, turn: Turn) -> None:
        """Unlock the subject: its operation is over."""

    def owe(self, turn: Turn, errand: Errand) -> None:
        """The errand's host is down: it is to do this before it gets other work."""

    def settle(self, connection: Connection, notes: Notes, report: Any) -> bool:
        """The host has done what it owed of this; answers whether it owed anything."""

    def sweep(self, turn: Turn) -> None:
        """Services may have more of the subject than it knows: have that looked for later."""

    def down(self, place: str) -> bool:
        """Whether this host is known to be down."""
