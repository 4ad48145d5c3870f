# SPDX-License-Identifier: Apache-2.0
"""Moves the cursor of one operation inside one transaction, as far as it goes without others.

Forward over database steps until a host, a service or news is needed or the end is reached;
backward over undos the same way. It decides nothing by itself that the declaration of the operation
does not say.
"""

from __future__ import annotations

from dataclasses import dataclass

from nova_cells.journal.batches import batch, is_vacant, nobody_there, was_asked
from nova_cells.journal.model import Direction, Result, StepRefused, TooLate
from nova_cells.journal.record import MEMORY, StepRecord
from nova_cells.journal.turn import Errand, Subjects, Turn
from nova_cells.journal.waiting import (
    BEGUN,
    KEPT,
    UNSURE,
    UNTIL,
    ask_services,
    forget_attempt,
    wait,
)

NO_MESSAGE = "The operation could not be completed."


@dataclass(frozen=True)
class Patience:
    """Times in microseconds. `lease`: how long a host may be silent about work it was given.

    `attempts` of a host's step, `service_attempts` of a step of services: those come back.
    """

    lease: int = 25_000_000
    retry: int = 1_000_000
    attempts: int = 3
    service_attempts: int = 5
    longest_retry: int = 60_000_000

    def delay(self, tries: int) -> int:
        """How long to wait before repetition number `tries`."""
        return int(min(self.retry * 2 ** max(tries - 1, 0), self.longest_retry))


def drive(turn: Turn, subjects: Subjects, patience: Patience) -> None:
    """Go on until somebody else has to do something or the operation is closed."""
    while turn.record.open and not turn.stands:
        if turn.record.forward:
            _forward(turn, subjects, patience)
        else:
            _backward(turn, subjects, patience)


def _forward(turn: Turn, subjects: Subjects, patience: Patience) -> None:
    record = turn.record
    if record.cursor == len(turn.operation.steps):
        close(turn, subjects, Result.DONE)
    elif is_vacant(turn, turn.step):
        record.cursor += 1
    elif turn.step.on_host:
        hand_out(turn, subjects, patience)
    elif turn.step.works:
        ask_services(turn, subjects, next_look(turn, patience))
    elif turn.step.until is not None:
        _wait(turn, subjects)
    else:
        _do(turn)


def _backward(turn: Turn, subjects: Subjects, patience: Patience) -> None:
    if turn.record.cursor < 0:
        if turn.operation.again(turn):
            start_over(turn)
        else:
            close(turn, subjects, Result.FAILED)
    elif turn.step.host_undo is not None and not nobody_there(turn, turn.step):
        hand_out(turn, subjects, patience)
    elif turn.step.undo_works and was_asked(turn, turn.record.cursor):
        ask_services(turn, subjects, next_look(turn, patience))
    else:
        _undo(turn)


def turn_back(turn: Turn, message: str | None, details: str | None) -> None:
    """Start undoing, the step at the cursor included: it may have been half done."""
    record = turn.record
    record.direction = Direction.BACKWARD
    record.message = message or NO_MESSAGE
    record.details = details
    record.tries = 0
    for name in (UNTIL, KEPT, BEGUN):
        record.remember(name, None)
    record.cursor = min(record.cursor, len(turn.operation.steps) - 1)


def may_turn_back(turn: Turn) -> bool:
    """Whether the point of no return still lies ahead."""
    no_return = turn.operation.no_return
    return turn.record.forward and (no_return is None or turn.record.cursor < no_return)


def start_over(turn: Turn) -> None:
    """All is undone: a new attempt from the first step."""
    record = turn.record
    record.direction = Direction.FORWARD
    record.attempt += 1
    record.cursor = 0
    record.tries = 0
    forget_attempt(turn)


def close(turn: Turn, subjects: Subjects, result: Result) -> None:
    """Write the outcome into the subject and let it go."""
    record = turn.record
    record.open = False
    record.result = result
    record.wake_at = None
    record.finished_at = turn.now
    record.forget_secrets()
    subjects.free(turn)
    if result is Result.DONE:
        turn.operation.ends(turn)
    elif result is Result.FAILED:
        turn.operation.fails(turn)
    if record.recall(UNSURE):
        subjects.sweep(turn)
    record.arguments.pop(MEMORY, None)


def hand_out(turn: Turn, subjects: Subjects, patience: Patience) -> None:
    """Have the steps at the cursor sent to their host after the commit."""
    record = turn.record
    record.place = turn.place_of(turn.step)
    if may_owe(turn) and _is_down(turn, subjects):
        leave_as_debt(turn, subjects)
        return
    record.wake_at = next_look(turn, patience)
    if record.forward:
        subjects.show(turn, turn.step.shows(turn))
    turn.errand = Errand(record, batch(turn), not record.forward, turn.subject)


def next_look(turn: Turn, patience: Patience) -> int:
    """When to ask what became of work handed out now: no later than its deadline."""
    lease_end = turn.now + patience.lease
    deadline = turn.record.deadline
    return min(lease_end, deadline) if deadline > turn.now else lease_end


def may_owe(turn: Turn) -> bool:
    """Whether the steps at the cursor may be done when their host, or the services, are back."""
    return not turn.record.forward or turn.operation.owes or turn.step.owes


def _is_down(turn: Turn, subjects: Subjects) -> bool:
    return turn.record.place is not None and subjects.down(turn.record.place)


def leave_as_debt(turn: Turn, subjects: Subjects) -> None:
    """The host is down: what it has left to do here becomes its debt, and the cursor passes."""
    record = turn.record
    left = batch(turn)
    subjects.owe(turn, Errand(record, left, not record.forward, turn.subject))
    record.cursor = left[-1][0] + (1 if record.forward else -1)
    record.tries = 0


def _do(turn: Turn) -> None:
    step = turn.step
    assert step.do is not None
    try:
        step.do(turn)
    except StepRefused as refusal:
        if turn.beginning and not refusal.accepted:
            raise
        _refused(turn, refusal)
        return
    turn.finished.append(_step_record(turn, "done"))
    turn.record.cursor += 1


def _refused(turn: Turn, refusal: StepRefused) -> None:
    """A step that has done nothing: undo those before it."""
    turn.finished.append(_step_record(turn, "refused", refusal.message, refusal.details))
    turn_back(turn, refusal.message, refusal.details)
    turn.record.cursor -= 1


def _wait(turn: Turn, subjects: Subjects) -> None:
    """What will never come, or comes too late, turns it back; past no return it goes on."""
    outcome = wait(turn, subjects)
    if outcome is False:
        return
    if outcome is not True and may_turn_back(turn):
        _refused(turn, outcome)
        return
    turn.record.remember(UNTIL, None)
    turn.finished.append(_step_record(turn, "done"))
    turn.record.cursor += 1


def _undo(turn: Turn) -> None:
    step = turn.step
    if step.undo is not None:
        try:
            step.undo(turn)
        except TooLate:
            _go_on_after_all(turn)
            return
        turn.finished.append(_step_record(turn, "done"))
    turn.record.cursor -= 1


def _go_on_after_all(turn: Turn) -> None:
    """A new attempt, so that nothing the hosts still say of the undoing is taken for its steps."""
    record = turn.record
    assert turn.operation.no_return is not None
    start_over(turn)
    record.cursor = turn.operation.no_return
    record.message = record.details = None


def _step_record(
    turn: Turn, outcome: str, message: str | None = None, details: str | None = None
) -> StepRecord:
    record = turn.record
    return StepRecord(
        operation=record.id,
        attempt=record.attempt,
        position=record.cursor,
        undo=not record.forward,
        place=record.place,
        outcome=outcome,
        started_at=turn.now,
        finished_at=turn.now,
        message=message,
        details=details,
    )
