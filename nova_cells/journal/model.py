# SPDX-License-Identifier: Apache-2.0
"""How an operation is declared: a readable list of steps, each with the way it is taken back.

A database step runs inside the transaction that moves the cursor, and may run again when that
transaction is repeated: it does SQL and nothing else. A host step is sent to an agent; consecutive
ones travel in one message. A service step is done by this process itself, with other services and
outside of any transaction. All three may happen twice, so all must be idempotent. An event step
waits for what others tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nova_cells.journal.turn import Turn

DatabaseAction = Callable[["Turn"], None]
Condition = Callable[["Turn"], bool]
Task = str | Callable[["Turn"], str]
MISSED = "What the operation waited for did not happen in time."


class Direction(StrEnum):
    """Which way the cursor moves."""

    FORWARD = "forward"
    BACKWARD = "backward"


class Result(StrEnum):
    """How an operation ended."""

    DONE = "done"
    FAILED = "failed"
    PREEMPTED = "preempted"


class StepRefused(Exception):
    """Raised by a database step that cannot be done; it has written nothing then.

    `message` is for the owner of the subject, `details` for administrators. `accepted`: whoever
    asked was to be promised it whatever comes: it begins, and fails at once.
    """

    def __init__(self, message: str, details: str | None = None, *, accepted: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        self.accepted = accepted


class TooLate(Exception):
    """Raised by a database step's undo: what it takes back has come to pass on a host after all.

    The operation goes forward again, from its point of no return.
    """


@dataclass(frozen=True)
class Step:
    """`do` and `undo` are functions of a database step, or names an agent knows of a host step.

    `event` is its public name (neighbours of one name are one event), `task` what the subject
    shows to be doing meanwhile. `at` is the seat whose host does it; a seat nobody sits in has its
    steps passed over, and so has a `when` that does not hold. `owes`: where that host is down it
    becomes the host's debt; what services won't do is swept up later. `works` and `undo_works` are
    of a service step; `until`, `patience` (microseconds), `late`, `fatal` and `missed` of an event
    step.
    """

    name: str
    do: DatabaseAction | None = None
    undo: DatabaseAction | None = None
    host_undo: str | None = None
    event: str | None = None
    task: Task | None = None
    at: str | None = None
    owes: bool = False
    when: Condition | None = None
    works: tuple[str, ...] = ()
    undo_works: tuple[str, ...] = ()
    until: Condition | None = None
    patience: Callable[[Turn], int] | None = None
    late: DatabaseAction | None = None
    fatal: Condition | None = None
    missed: str = MISSED

    def shows(self, turn: Turn) -> str | None:
        """The task to show; some depend on the operation's arguments."""
        return self.task(turn) if callable(self.task) else self.task

    @property
    def on_host(self) -> bool:
        return self.do is None and not self.works and self.until is None

    @property
    def can_undo(self) -> bool:
        return self.undo is not None or self.host_undo is not None


def database_step(
    do: DatabaseAction,
    *,
    undo: DatabaseAction | None = None,
    event: str | None = None,
    task: Task | None = None,
) -> Step:
    """A step that only writes to the journal's own database."""
    return Step(do.__name__, do=do, undo=undo, event=event, task=task)


def host_step(
    name: str,
    *,
    undo: str | None = None,
    event: str | None = None,
    task: Task | None = None,
    at: str | None = None,
    owes: bool = False,
    when: Condition | None = None,
) -> Step:
    """A step an agent does; `undo` must be safe even where the step never began.

    `when` is asked again with every report: it looks at what the operation was told, not at what
    steps have found out. The undo is not asked.
    """
    return Step(name, host_undo=undo, event=event, task=task, at=at, owes=owes, when=when)


def service_step(
    *works: str,
    undo: str | tuple[str, ...] = (),
    event: str | None = None,
    task: Task | None = None,
    at: str | None = None,
    owes: bool = False,
    when: Condition | None = None,
) -> Step:
    """Works with other services, all at once; it is done when all are.

    `undo` is done where the step was ever asked for in this attempt, whatever became of it; what
    services can't do then is left to the sweep. `at`: the seat whose host it is about. `when` as
    with a host step.
    """
    undoing = (undo,) if isinstance(undo, str) else undo
    name = "+".join(works)
    return Step(
        name, works=works, undo_works=undoing, event=event, task=task, at=at, owes=owes, when=when
    )


def event_step(
    name: str,
    *,
    until: Condition,
    patience: Callable[[Turn], int],
    late: DatabaseAction | None = None,
    fatal: Condition | None = None,
    missed: str = MISSED,
    event: str | None = None,
    task: Task | None = None,
    when: Condition | None = None,
) -> Step:
    """Wait until `until` holds: asked at once, and whenever something was heard.

    When patience runs out `late` writes that down; it goes on, or fails with `missed` where `fatal`
    holds. `until` may raise StepRefused: what is waited for will never come.
    """
    return Step(
        name,
        until=until,
        patience=patience,
        late=late,
        fatal=fatal,
        missed=missed,
        event=event,
        task=task,
        when=when,
    )


def _nothing(turn: Turn) -> None:
    return None


def _never(turn: Turn) -> bool:
    return False


@dataclass(frozen=True)
class Operation:
    """A kind of work.

    `ends` and `fails` write the outcome into the subject, in the closing transaction; `again` is
    asked when all is undone, and answers whether to start over (a new attempt). `no_return` is the
    position from which on it only goes forward. `patient` kinds repeat a failed step until their
    deadline. `owes`: where the host is down, the steps left to do there become its debt, and the
    operation goes on without it. `preempts` names the kinds it may interrupt. `homeless`: it begins
    though the subject's own place is down or there is none. `lengthy` kinds copy whole disks and
    get the time for it. `beside` names the kinds it leaves holding the subject: it has no steps
    on hosts then. `instead` says what is begun in its stead while one of those kinds does.
    `settled` is called when a debt that it left is paid. `waits`: where another holds the subject
    it is written down, and begun when that is over. `insists`: what services are to undo, or to do
    past the point of no return, is asked of them until it has come to pass.
    `endless`: it may have to wait for ever.

    Either no host step says `at`, and all are for the record's place, or all of them do.
    """

    kind: str
    action: str
    steps: tuple[Step, ...]
    ends: DatabaseAction = _nothing
    fails: DatabaseAction = _nothing
    again: Callable[[Turn], bool] = _never
    version: int = 1
    no_return: int | None = None
    patient: bool = False
    owes: bool = False
    preempts: frozenset[str] = field(default_factory=frozenset)
    homeless: bool = False
    lengthy: bool = False
    beside: frozenset[str] = field(default_factory=frozenset)
    instead: Mapping[str, str] = field(default_factory=dict)
    settled: DatabaseAction = _nothing
    waits: bool = False
    insists: bool = False
    endless: bool = False

    def __post_init__(self) -> None:
        seats = {step.at is not None for step in self.steps if step.on_host}
        if len(seats) > 1:
            raise ValueError(f"{self.kind}: either all host steps name a seat, or none does")


class Kinds:
    """The registry: every version of every kind this process can drive."""

    def __init__(self, *operations: Operation) -> None:
        self._known = {(declared.kind, declared.version): declared for declared in operations}
        self._newest: dict[str, Operation] = {}
        for declared in sorted(operations, key=lambda operation: operation.version):
            self._newest[declared.kind] = declared

    def get(self, kind: str, version: int) -> Operation | None:
        """What a row of this kind and version means, if this process knows."""
        return self._known.get((kind, version))

    def newest(self, kind: str) -> Operation | None:
        """What new work of this kind is begun as."""
        return self._newest.get(kind)

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._newest.values())
