# SPDX-License-Identifier: Apache-2.0
"""Moves the cursor of one operation inside one transaction, as far as it goes without a host.

Forward over database steps until a host is needed or the end is reached; backward over undos the
same way. It decides nothing by itself that the declaration of the operation does not say.
"""

from __future__ import annotations

from dataclasses import dataclass

from nova_cells.journal.model import Direction, Result, Step, StepRefused
from nova_cells.journal.record import StepRecord
from nova_cells.journal.turn import Errand, Subjects, Turn

NO_MESSAGE = "The operation could not be completed."


@dataclass(frozen=True)
class Patience:
    """Times in microseconds. `lease`: how long a host may be silent about work it was given."""

    lease: int = 25_000_000
    retry: int = 1_000_000
    attempts: int = 3
    longest_retry: int = 60_000_000

    def delay(self, tries: int) -> int:
        """How long to wait before repetition number `tries`."""
        return int(min(self.retry * 2 ** max(tries - 1, 0), self.longest_retry))


def drive(turn: Turn, subjects: Subjects, patience: Patience) -> None:
    """Go on until a host has to do something or the operation is closed."""
    record = turn.record
    while record.open and turn.errand is None:
        if record.forward:
            if record.cursor == len(turn.operation.steps):
                close(turn, subjects, Result.DONE)
            elif turn.step.on_host:
                hand_out(turn, subjects, patience)
            else:
                _do(turn)
        elif record.cursor < 0:
            if turn.operation.again(turn):
                start_over(turn)
            else:
                close(turn, subjects, Result.FAILED)
        elif turn.step.on_host and turn.step.can_undo:
            hand_out(turn, subjects, patience)
        else:
            _undo(turn)


def turn_back(turn: Turn, message: str | None, details: str | None) -> None:
    """Start undoing, the step at the cursor included: it may have been half done."""
    record = turn.record
    record.direction = Direction.BACKWARD
    record.message = message or NO_MESSAGE
    record.details = details
    record.tries = 0
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


def batch(turn: Turn) -> tuple[tuple[int, str], ...]:
    """The host steps that can go out together from the cursor on: what it waits for."""
    record, steps = turn.record, turn.operation.steps
    if record.forward:
        chosen = []
        for position in range(record.cursor, len(steps)):
            if not steps[position].on_host:
                break
            chosen.append((position, steps[position].name))
        return tuple(chosen)
    return _undo_batch(steps, record.cursor)


def _undo_batch(steps: tuple[Step, ...], cursor: int) -> tuple[tuple[int, str], ...]:
    chosen = []
    for position in range(cursor, -1, -1):
        step = steps[position]
        if step.undo is not None:
            break
        if step.host_undo is not None:
            chosen.append((position, step.host_undo))
    return tuple(chosen)


def hand_out(turn: Turn, subjects: Subjects, patience: Patience) -> None:
    """Have the steps at the cursor sent to their host after the commit."""
    record = turn.record
    if (turn.operation.owes or not record.forward) and _is_down(turn, subjects):
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
    record, step = turn.record, turn.step
    assert step.do is not None
    try:
        step.do(turn)
    except StepRefused as refusal:
        if turn.beginning:
            raise
        turn.finished.append(_step_record(turn, "refused", refusal.message, refusal.details))
        turn_back(turn, refusal.message, refusal.details)
        record.cursor -= 1
        return
    turn.finished.append(_step_record(turn, "done"))
    record.cursor += 1


def _undo(turn: Turn) -> None:
    step = turn.step
    if step.undo is not None:
        step.undo(turn)
        turn.finished.append(_step_record(turn, "done"))
    turn.record.cursor -= 1


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
