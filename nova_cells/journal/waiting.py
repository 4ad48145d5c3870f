# SPDX-License-Identifier: Apache-2.0
"""Steps that no host does: works with services, and the wait for what others tell.

What a service has been asked for and has not answered may still come to pass: such an operation is
unsure, and the services are swept for its subject some time after it has ended.
"""

from __future__ import annotations

from typing import Any

from nova_cells.journal.model import StepRefused
from nova_cells.journal.record import MEMORY, Record
from nova_cells.journal.turn import Errand, Subjects, Turn

OUT, ASKED, UNSURE, HEARD, UNTIL = "out", "asked", "unsure", "heard", "until"
"""What the journal remembers: a request is out; the positions of steps services were asked for;
whether there may be leftovers; what was heard; how long it is waited for."""

AGAIN_IN = "again_in"
"""Among the facts of a failed service step: all is well, it takes longer; ask in so many
microseconds. Such an answer is no failure, up to the deadline."""


def ask_services(turn: Turn, subjects: Subjects, wake_at: int) -> None:
    """Have the works of the step at the cursor done after the commit."""
    record, step = turn.record, turn.step
    if record.recall(OUT) or not record.forward:
        record.remember(UNSURE, True)
    asked = record.recall(ASKED) or []
    again = record.cursor in asked or record.attempt > 1 or bool(record.recall(UNSURE))
    record.remember(OUT, True)
    record.wake_at = wake_at
    works = step.works if record.forward else step.undo_works
    if record.forward:
        record.remember(ASKED, sorted({*asked, record.cursor}))
        subjects.show(turn, step.shows(turn))
    steps = ((record.cursor, "+".join(works)),)
    about = turn.place_of(step)
    turn.errand = Errand(record, steps, not record.forward, turn.subject, works, about, again)


def answered(turn: Turn, result: Any) -> None:
    """The works that were out have been reported."""
    turn.record.remember(OUT, None)
    if result.outcome == "failed" and not result.facts.get(AGAIN_IN):
        turn.record.remember(UNSURE, True)


def leave_to_sweep(turn: Turn) -> None:
    """Enough of asking: what services still have is taken from them when they can do that."""
    record = turn.record
    record.remember(OUT, None)
    record.remember(UNSURE, True)
    record.cursor += 1 if record.forward else -1
    record.tries = 0


def forget_attempt(turn: Turn) -> None:
    """What concerns one attempt only."""
    for name in (ASKED, HEARD, UNTIL):
        turn.record.remember(name, None)


def wait(turn: Turn, subjects: Subjects) -> bool | StepRefused:
    """At an event step: whether to go on, or why it has come to nothing."""
    record, step = turn.record, turn.step
    assert step.until is not None and step.patience is not None
    try:
        if step.until(turn):
            return True
    except StepRefused as refusal:
        return refusal
    until = record.recall(UNTIL) or turn.now + step.patience(turn)
    record.remember(UNTIL, until)
    if turn.now >= until:
        fatal = step.fatal is not None and step.fatal(turn)
        return StepRefused(step.missed, f"{step.name} was waited for in vain") if fatal else True
    record.wake_at = min(until, record.deadline) if record.deadline > turn.now else until
    subjects.show(turn, step.shows(turn))
    turn.waiting = True
    return False


def inherit(heir: Record, held: Record) -> None:
    """An operation that takes over cannot know what services are still doing for the other."""
    if held.recall(OUT) or held.recall(UNSURE):
        heir.remember(UNSURE, True)
    held.arguments.pop(MEMORY, None)
