# SPDX-License-Identifier: Apache-2.0
"""What administrators are told of an operation; arguments and facts stay in: they hold secrets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nova_cells.journal.model import Kinds, Operation
from nova_cells.journal.record import Record, StepRecord

_TOLD = (
    *("id", "kind", "action", "subject", "project_id", "request_id", "place", "open", "result"),
    *("direction", "attempt", "tries", "message", "started_at", "updated_at", "finished_at"),
    "deadline",
)


def summary(record: Record, kinds: Kinds) -> dict[str, Any]:
    """One operation, with the name of the step it stands at."""
    told = {name: getattr(record, name) for name in _TOLD}
    told["step"] = _name(kinds.get(record.kind, record.kind_version), record.cursor)
    return told


def timeline(record: Record, steps: Sequence[StepRecord], kinds: Kinds) -> dict[str, Any]:
    """The same with its details, the steps it has and how those that are over ended."""
    operation = kinds.get(record.kind, record.kind_version)
    return {
        **summary(record, kinds),
        "details": record.details,
        "plan": [step.name for step in operation.steps] if operation is not None else [],
        "steps": [_step(step, operation) for step in steps],
    }


def _step(step: StepRecord, operation: Operation | None) -> dict[str, Any]:
    names = ("attempt", "undo", "place", "outcome", "message", "started_at", "finished_at")
    told = {name: getattr(step, name) for name in names}
    return {**told, "name": _name(operation, step.position) or f"step {step.position}"}


def _name(operation: Operation | None, position: int) -> str | None:
    if operation is None or not 0 <= position < len(operation.steps):
        return None
    return operation.steps[position].name
