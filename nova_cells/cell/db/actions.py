# SPDX-License-Identifier: Apache-2.0
"""os-instance-actions as a projection of the journal; nothing is written for it.

Neighbouring steps with one public event are one event; a step handed out and not yet reported
shows as an event that has begun.
"""

from __future__ import annotations

from nova_cells.journal.model import Kinds, Operation, Result
from nova_cells.journal.record import Record, StepRecord
from nova_cells.journal.waiting import REFUSAL
from nova_cells.objects import ActionEvent, ActionRecord


def action_of(record: Record, events: list[ActionEvent] | None = None) -> ActionRecord:
    """One operation as its public record."""
    failed = record.result in (Result.FAILED, Result.PREEMPTED) or not record.forward
    return ActionRecord.of_journal(record, failed=failed, events=events)


def events_of(record: Record, steps: list[StepRecord], kinds: Kinds) -> list[ActionEvent]:
    """The events of one operation, in order."""
    operation = kinds.get(record.kind, record.kind_version)
    if operation is None:
        return []
    events: list[ActionEvent] = []
    last: tuple[int, str] | None = None
    for step in sorted(_with_running(record, steps, operation), key=_order):
        name = operation.steps[step.position].event
        if step.undo or name is None:
            continue
        if last == (step.attempt, name):
            _extend(events[-1], step)
        else:
            events.append(_event(name, step))
        last = (step.attempt, name)
    if record.open and events and record.forward:
        events[-1].finish_time = events[-1].result = None
    return events


def _order(step: StepRecord) -> tuple[int, int, int]:
    return (step.attempt, int(step.undo), step.position)


def _with_running(
    record: Record, steps: list[StepRecord], operation: Operation
) -> list[StepRecord]:
    """The finished steps and, while the operation is open, the one it waits for."""
    running = record.open and record.forward and record.cursor < len(operation.steps)
    if not running:
        return steps
    begun = max((step.finished_at for step in steps), default=record.started_at)
    waiting = StepRecord(
        operation=record.id,
        attempt=record.attempt,
        position=record.cursor,
        undo=False,
        place=record.place,
        outcome="",
        started_at=begun,
        finished_at=begun,
    )
    return [*steps, waiting]


def _event(name: str, step: StepRecord) -> ActionEvent:
    event = ActionEvent(event=name, start_time=step.started_at, host=step.place)
    _extend(event, step)
    return event


def _extend(event: ActionEvent, step: StepRecord) -> None:
    event.finish_time = step.finished_at if step.outcome else None
    event.result = {"": None, "done": "Success"}.get(step.outcome, "Error")
    if event.result == "Error":
        event.details = step.message
        event.traceback = step.details
        event.refusal = step.facts.get(REFUSAL)
