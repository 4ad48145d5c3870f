# SPDX-License-Identifier: Apache-2.0
"""What a departure to another cell and an arrival from one have in common: words they wait for.

A word is heard under the name of the operation it is for: one that comes late is nobody else's.
"""

from __future__ import annotations

from nova_cells.journal.model import Condition, Step, StepRefused, Task, event_step
from nova_cells.journal.turn import Turn
from nova_cells.runtime.clock import seconds

TICKET, RELEASED = "ticket", "released"
"""Words to a departure: where to send the guest; that it is another cell's by now."""

SENT, OWNED = "sent", "owned"
"""Words to an arrival: that the guest has come; that it is this cell's by now."""

ALONE = "alone"
"""A word to an arrival that is over: the other cell has let go, what that had there can go."""

CALLED_OFF = "called_off"
"""A word to either: it is not to be."""

HELD, READY, RUNS = "held", "ready", "runs"
STAGE = "stage"
AS_LONG_AS_IT_TAKES = seconds(10 * 365 * 24 * 3600)


def name_of(operation: str, word: str) -> str:
    """Under which the journal keeps a word."""
    return f"{word}/{operation}"


def said(turn: Turn, word: str) -> str | None:
    """What was told of this operation."""
    return turn.heard(name_of(turn.record.id, word))


def reached(turn: Turn, stage: str) -> None:
    """From here on it waits to be told."""
    turn.record.arguments[STAGE] = stage


def waits_for(word: str, *, event: str | None = None, task: Task | None = None) -> Step:
    """A step that ends when the word comes, and comes to nothing when it is called off.

    It has no deadline of its own: which cell has the server is not this cell's to decide.
    """
    return event_step(
        word,
        until=_heard(word),
        patience=lambda turn: AS_LONG_AS_IT_TAKES,
        fatal=lambda turn: True,
        event=event,
        task=task,
    )


def _heard(word: str) -> Condition:
    def until(turn: Turn) -> bool:
        if said(turn, CALLED_OFF):
            raise StepRefused("The move to another cell was called off.")
        return bool(said(turn, word))

    return until
