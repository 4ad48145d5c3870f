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
BEGUN, KEPT = "begun", "kept"
"""What the journal remembers: a request is out; the positions of steps services were asked for;
whether there may be leftovers; what was heard; how long it is waited for; whether the step at the
cursor may have been begun; the works of it that are done, with their facts."""

REFUSAL = "refusal"
"""Among the facts of a refused step: what a caller would have been answered for it, as the HTTP
status that says so. The journal remembers it, for whoever writes the end of the operation."""

AGAIN_IN = "again_in"
"""Among the facts of a failed service step: all is well, it takes longer; ask in so many
microseconds. Such an answer is no failure, up to the deadline. Beside it, `KEPT`: the facts of the
works that are done and need not be asked again; `BEGUN`: whether others may have changed things."""


def ask_services(turn: Turn, subjects: Subjects, wake_at: int) -> None:
    """Have the works of the step at the cursor done after the commit."""
    record, step = turn.record, turn.step
    if record.recall(OUT) or not record.forward:
        record.remember(UNSURE, True)
    again = record.attempt > 1 or bool(record.recall(UNSURE) or record.recall(BEGUN))
    record.remember(OUT, True)
    record.wake_at = wake_at
    works = step.works if record.forward else step.undo_works
    if record.forward:
        record.remember(ASKED, sorted({*(record.recall(ASKED) or ()), record.cursor}))
        subjects.show(turn, step.shows(turn))
    kept = record.recall(KEPT) or {}
    steps = ((record.cursor, "+".join(works)),)
    left = tuple(work for work in works if work not in kept)
    about, undo = turn.place_of(step), not record.forward
    turn.errand = Errand(record, steps, undo, turn.subject, left, about, again, kept)


def answered(turn: Turn, result: Any) -> None:
    """The works that were out have been reported."""
    record = turn.record
    record.remember(OUT, None)
    if result.outcome == "failed" and result.facts.get(AGAIN_IN):
        record.remember(KEPT, result.facts.get(KEPT))
        record.remember(BEGUN, record.recall(BEGUN) or result.facts.get(BEGUN))
        return
    record.remember(KEPT, None)
    record.remember(BEGUN, None)
    if result.outcome == "failed" or (result.outcome != "done" and result.facts.get(BEGUN)):
        record.remember(UNSURE, True)


def leave_to_sweep(turn: Turn) -> None:
    """Enough of asking: what services still have is taken from them when they can do that."""
    record = turn.record
    for name in (OUT, KEPT, BEGUN):
        record.remember(name, None)
    record.remember(UNSURE, True)
    record.cursor += 1 if record.forward else -1
    record.tries = 0


def forget_attempt(turn: Turn) -> None:
    """What concerns one attempt only."""
    for name in (ASKED, HEARD, UNTIL, KEPT, BEGUN, REFUSAL):
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
        if step.late is not None:
            step.late(turn)
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
