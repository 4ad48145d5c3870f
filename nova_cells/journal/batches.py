# SPDX-License-Identifier: Apache-2.0
"""Which steps are next: what the cursor waits for, and what is passed over.

Asked again with every report, so the answer may depend only on what no report changes.
"""

from __future__ import annotations

from nova_cells.journal.model import Step
from nova_cells.journal.turn import Turn

Batch = tuple[tuple[int, str], ...]


def batch(turn: Turn) -> Batch:
    """Host steps that can go out together from the cursor on, or one service step."""
    return _forward(turn) if turn.record.forward else _backward(turn)


def is_vacant(turn: Turn, step: Step) -> bool:
    """Whether a step is passed over: for a seat nobody sits in, or because there is no need."""
    if nobody_there(turn, step):
        return True
    return step.when is not None and not step.when(turn)


def nobody_there(turn: Turn, step: Step) -> bool:
    """Whether the step is for a seat nobody sits in."""
    return step.at is not None and turn.at(step.at) is None


def was_asked(turn: Turn, position: int) -> bool:
    """Whether services were asked for this step in this attempt."""
    return position in (turn.record.recall("asked") or ())


def _forward(turn: Turn) -> Batch:
    steps = turn.operation.steps
    chosen: list[tuple[int, str]] = []
    for position in range(turn.record.cursor, len(steps)):
        step = steps[position]
        if is_vacant(turn, step):
            continue
        if step.works and not chosen:
            return ((position, step.name),)
        if not step.on_host or not _travels_with(turn, step, chosen):
            break
        chosen.append((position, step.name))
    return tuple(chosen)


def _backward(turn: Turn) -> Batch:
    chosen: list[tuple[int, str]] = []
    for position in range(turn.record.cursor, -1, -1):
        step = turn.operation.steps[position]
        if step.undo_works and was_asked(turn, position):
            return tuple(chosen) or ((position, "+".join(step.undo_works)),)
        if step.undo is not None:
            break
        if step.host_undo is not None:
            if not _travels_with(turn, step, chosen):
                break
            chosen.append((position, step.host_undo))
    return tuple(chosen)


def _travels_with(turn: Turn, step: Step, chosen: list[tuple[int, str]]) -> bool:
    """Whether a step can go in one message with those chosen before it: to the same host."""
    if step.at is None:
        return True
    place = turn.at(step.at)
    if not chosen:
        return place is not None
    first = turn.operation.steps[chosen[0][0]]
    return place == turn.place_of(first) and step.owes == first.owes
