# SPDX-License-Identifier: Apache-2.0
"""What an event means for one operation: a report that came, or time that ran out.

Like `progress`, only functions of a turn; the engine gives them their transaction.
"""

from __future__ import annotations

from typing import Any

from nova_cells.journal.batches import batch
from nova_cells.journal.progress import (
    Patience,
    leave_as_debt,
    may_owe,
    may_turn_back,
    turn_back,
)
from nova_cells.journal.record import StepRecord
from nova_cells.journal.turn import Subjects, Turn
from nova_cells.journal.waiting import AGAIN_IN, REFUSAL, answered, leave_to_sweep

DEADLINE_MESSAGE = "The operation did not finish before its deadline."
EVERYWHERE = "refused_everywhere"
"""The argument of an operation that no other host could do either, as a host has said."""
DOWN_MESSAGE = "The host went down before the operation was finished."
SECRETS = "secrets"
"""Among the facts of a step: for the database step that follows it, kept nowhere by the journal."""


def absorb(turn: Turn, report: Any, subjects: Subjects, patience: Patience) -> bool:
    """Take the results that fit the cursor, in order; answers whether there was one.

    What is done or refused is a fact whoever asked for it; a failure in passing counts once, as an
    answer to the newest asking.
    """
    record, taken = turn.record, False
    newest = report.generation == record.generation
    for result in report.results:
        expected = batch(turn)
        if result.undo == record.forward or not expected or result.position != expected[0][0]:
            continue
        if result.outcome == "failed" and not newest:
            break
        taken = True
        record.wake_at = None
        turn.facts.update(result.facts)
        if _at_services(turn):
            answered(turn, result)
        if result.outcome != "done":
            _missed(turn, result, subjects, patience)
            break
        _passed(turn, result)
    return taken


def reconsider(turn: Turn, subjects: Subjects) -> None:
    """What was waited for did not happen: late, or the host is down, or simply ask again."""
    record = turn.record
    record.wake_at = None
    late = turn.now >= record.deadline
    if _at_services(turn):
        _reconsider_services(turn, late=late)
        return
    down = record.place is not None and subjects.down(record.place)
    if record.forward and may_turn_back(turn):
        if late and not (down and may_owe(turn)):
            turn_back(turn, DEADLINE_MESSAGE, record.message)
        elif down and not may_owe(turn):
            turn_back(turn, DOWN_MESSAGE, f"host {record.place}")
    if down and batch(turn) and may_owe(turn) and not _at_services(turn):
        leave_as_debt(turn, subjects)


def _reconsider_services(turn: Turn, *, late: bool) -> None:
    """A host has no part in it: only the deadline counts."""
    if _insists(turn):
        return
    if late and may_owe(turn):
        leave_to_sweep(turn)
    elif late and may_turn_back(turn):
        turn_back(turn, DEADLINE_MESSAGE, turn.record.message)


def _at_services(turn: Turn) -> bool:
    """Whether the cursor waits for services, not for a host."""
    record = turn.record
    if not 0 <= record.cursor < len(turn.operation.steps):
        return False
    expected = batch(turn)
    return bool(expected) and bool(turn.operation.steps[expected[0][0]].works)


def _insists(turn: Turn) -> bool:
    """Whether the step at the cursor has to come to pass, however late."""
    return turn.operation.insists and _at_services(turn) and not may_turn_back(turn)


def _passed(turn: Turn, result: Any) -> None:
    turn.finished.append(_finished(turn, result))
    turn.record.tries = 0
    turn.record.cursor = result.position + (1 if turn.record.forward else -1)


def _missed(turn: Turn, result: Any, subjects: Subjects, patience: Patience) -> None:
    record = turn.record
    pause = result.facts.get(AGAIN_IN)
    if result.outcome == "failed" and pause and turn.now < record.deadline:
        record.wake_at = min(turn.now + pause, record.deadline)
    elif _insists(turn):
        _repeat_later(turn, patience)
    elif result.outcome == "failed" and _worth_repeating(turn, patience):
        _repeat_later(turn, patience)
        if record.forward:
            record.message, record.details = result.message, result.details
    elif _at_services(turn) and may_owe(turn):
        turn.finished.append(_finished(turn, result))
        leave_to_sweep(turn)
    elif may_turn_back(turn):
        turn.finished.append(_finished(turn, result))
        turn_back(turn, result.message, result.details)
        record.remember(REFUSAL, result.facts.get(REFUSAL))
        if result.facts.get("everywhere"):
            record.arguments[EVERYWHERE] = True
    elif record.forward:
        _repeat_later(turn, patience)
    else:
        turn.finished.append(_finished(turn, result))
        leave_as_debt(turn, subjects)


def _repeat_later(turn: Turn, patience: Patience) -> None:
    turn.record.tries += 1
    turn.record.wake_at = turn.now + patience.delay(turn.record.tries)


def _worth_repeating(turn: Turn, patience: Patience) -> bool:
    if turn.now >= turn.record.deadline:
        return False
    attempts = patience.service_attempts if _at_services(turn) else patience.attempts
    return turn.operation.patient or turn.record.tries + 1 < attempts


def _finished(turn: Turn, result: Any) -> StepRecord:
    record = turn.record
    return StepRecord(
        operation=record.id,
        attempt=record.attempt,
        position=result.position,
        undo=result.undo,
        place=None if _at_services(turn) else record.place,
        outcome=result.outcome,
        started_at=result.started_at,
        finished_at=result.finished_at,
        message=result.message,
        details=result.details,
        facts={name: fact for name, fact in result.facts.items() if name != SECRETS},
    )
