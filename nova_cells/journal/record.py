# SPDX-License-Identifier: Apache-2.0
"""One row of the journal in memory. Only the engine changes one."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from nova_cells.journal.model import Direction

MEMORY = "journal"
"""The argument in which the journal keeps what it remembers itself; nobody else reads it."""


@dataclass
class Record:
    """An operation: where its cursor stands, who waits for what until when.

    `place` is the host it concerns. `generation` grows with every commit: whoever holds an older
    one has been overtaken. What `arguments` has under "secrets" is forgotten when it is over.
    """

    id: str
    kind: str
    kind_version: int
    action: str
    subject: str
    deadline: int
    started_at: int
    updated_at: int
    epoch: int = 0
    open: bool = True
    result: str | None = None
    direction: str = Direction.FORWARD
    cursor: int = 0
    attempt: int = 1
    tries: int = 0
    generation: int = 1
    place: str | None = None
    wake_at: int | None = None
    request_id: str = ""
    user_id: str = ""
    project_id: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    message: str | None = None
    details: str | None = None
    finished_at: int | None = None

    @property
    def forward(self) -> bool:
        return self.direction == Direction.FORWARD

    def forget_secrets(self) -> None:
        """It is over: nobody needs them any more."""
        self.arguments.pop("secrets", None)

    def recall(self, name: str) -> Any:
        """What the journal remembers under this name; None for nothing."""
        return self.arguments.get(MEMORY, {}).get(name)

    def remember(self, name: str, value: Any) -> None:
        """Something empty is forgotten."""
        memory = {**self.arguments.get(MEMORY, {}), name: value}
        self.arguments[MEMORY] = {key: kept for key, kept in memory.items() if kept}
        if not self.arguments[MEMORY]:
            del self.arguments[MEMORY]

    def row(self) -> dict[str, Any]:
        """Its columns."""
        return {name: getattr(self, name) for name in COLUMNS}


COLUMNS = tuple(column.name for column in fields(Record))


@dataclass(frozen=True)
class StepRecord:
    """How one step ended, as the journal keeps it."""

    operation: str
    attempt: int
    position: int
    undo: bool
    place: str | None
    outcome: str
    started_at: int
    finished_at: int
    message: str | None = None
    details: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)


STEP_COLUMNS = tuple(column.name for column in fields(StepRecord))
