# SPDX-License-Identifier: Apache-2.0
"""One service step in a desk's hand: copies of all it needs, whose it is until when, what came out.

`generation` is the journal's: who was asked under an older one has been overtaken.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nova_cells.cell.conductor.service_work.outcomes import DONE, WorkOutcome
from nova_cells.cell.conductor.service_work.task import ServiceTask, Surroundings
from nova_cells.journal.record import MEMORY
from nova_cells.journal.turn import Errand
from nova_cells.objects import RequestSpec
from nova_cells.runtime.context import RequestContext


@dataclass
class Undertaking:
    """`after`: what begins here when this is over; `blockers`: how many others that waits for.
    `kept`: outcomes of works of the same step that were done before.
    """

    operation: str
    kind: str
    attempt: int
    position: int
    undo: bool
    again: bool
    works: tuple[str, ...]
    generation: int
    uuid: str
    host: str | None
    deadline: int
    started_at: int
    leased_until: int
    asked: RequestContext
    arguments: dict[str, Any] = field(repr=False)
    head: dict[str, Any] = field(repr=False)
    spec: RequestSpec | None = field(repr=False)
    lost: bool = False
    blockers: int = 0
    after: list[Undertaking] = field(default_factory=list)
    outcomes: dict[str, WorkOutcome] = field(default_factory=dict, repr=False)
    kept: dict[str, WorkOutcome] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, errand: Errand, leased_until: int) -> Undertaking:
        """Nothing of the errand is shared: other transactions go on with its record."""
        record, [(position, _name)] = errand.record, errand.steps
        told = {name: value for name, value in record.arguments.items() if name != MEMORY}
        return cls(
            operation=record.id,
            kind=record.kind,
            attempt=record.attempt,
            position=position,
            undo=errand.undo,
            again=errand.again,
            works=errand.works,
            generation=record.generation,
            uuid=record.subject,
            host=errand.about,
            deadline=record.deadline,
            started_at=record.updated_at,
            leased_until=leased_until,
            asked=RequestContext(
                request_id=record.request_id, user_id=record.user_id, project_id=record.project_id
            ),
            arguments=copy.deepcopy(told),
            head=copy.deepcopy(errand.subject.document),
            spec=errand.subject.known_spec,
            kept={name: WorkOutcome(DONE, dict(facts)) for name, facts in errand.kept.items()},
        )

    def goes_on_as(self, asked: Undertaking) -> bool:
        """Whether this is what is asked for again; then it goes on under the new lease."""
        same = ("attempt", "position", "undo")
        if self.lost or any(getattr(self, name) != getattr(asked, name) for name in same):
            return False
        self.generation, self.leased_until = asked.generation, asked.leased_until
        return True

    def wants_renewal(self, now: int, lease: int) -> bool:
        """A third of its lease is over."""
        return not self.lost and self.leased_until - now < lease * 2 // 3

    def task(
        self, around: Surroundings, ours: Callable[[], None], wait: Callable[[float], None]
    ) -> ServiceTask:
        """What each of its works is given."""
        arguments = {name: value for name, value in self.arguments.items() if name != "secrets"}
        return ServiceTask(
            uuid=self.uuid,
            project_id=self.head["project_id"],
            head=self.head,
            around=around,
            ours=ours,
            wait=wait,
            operation=self.operation,
            kind=self.kind,
            attempt=self.attempt,
            undo=self.undo,
            again=self.again,
            deadline=self.deadline,
            host=self.host,
            arguments=arguments,
            secrets=self.arguments.get("secrets", {}),
            spec=self.spec,
        )
