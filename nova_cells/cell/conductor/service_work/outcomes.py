# SPDX-License-Identifier: Apache-2.0
"""What became of one work, and of all works of a step together.

The first refusal speaks for the step, then the first failure: what the others achieved is looked up
again, or undone with them.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nova_cells.cell.conductor.service_work.registry import works
from nova_cells.cell.conductor.service_work.task import (
    LeaseLost,
    NotYet,
    Partly,
    ServiceTask,
    WorkRefused,
)
from nova_cells.clients.network.ports import NotBound
from nova_cells.clients.service_faults import (
    Forbidden,
    InUse,
    LeftAlone,
    NotThere,
    OverQuota,
    ServiceFault,
    Unavailable,
)
from nova_cells.journal.events import SECRETS
from nova_cells.journal.waiting import AGAIN_IN, BEGUN, KEPT, REFUSAL
from nova_cells.runtime.clock import seconds

LOG = logging.getLogger(__name__)
DONE, FAILED, REFUSED, LATER, LOST = "done", "failed", "refused", "later", "lost"
BAD_REQUEST = 400
_STATUSES: dict[type[ServiceFault], int] = {
    Forbidden: 403,
    OverQuota: 403,
    NotThere: 404,
    InUse: 409,
}
"""What the API answers where it hears these itself; any other refusal is a bad request."""
UNEXPECTED = "Something went wrong with another service of this cloud."


@dataclass(frozen=True)
class WorkOutcome:
    """`facts` as the work found them, `message` for the server's owner, `details` for the log."""

    outcome: str
    facts: dict[str, Any] = field(default_factory=dict)
    message: str | None = None
    details: str | None = None


def attempt(name: str, task: ServiceTask) -> WorkOutcome:
    """Do one work; whatever it raises is an outcome."""
    try:
        return WorkOutcome(DONE, works()[name](task) or {})
    except Partly as partly:
        bad = _bad(name, task, partly.fault)
        facts = {BEGUN: True, **partly.facts, **bad.facts}
        return WorkOutcome(bad.outcome, facts, bad.message, bad.details)
    except (LeaseLost, NotYet, WorkRefused, ServiceFault) as fault:
        return _bad(name, task, fault)
    except Exception as mishap:  # a process loop: the operation must hear of it
        LOG.exception("%s of %s went wrong", name, task.uuid)
        return WorkOutcome(FAILED, {}, UNEXPECTED, f"{name}: {type(mishap).__name__}")


def _bad(name: str, task: ServiceTask, fault: Exception) -> WorkOutcome:
    match fault:
        case LeaseLost():
            LOG.info("%s of %s is not for this conductor any more", name, task.uuid)
            return WorkOutcome(LOST)
        case NotYet():
            later = {AGAIN_IN: seconds(fault.pause), BEGUN: fault.begun}
            return WorkOutcome(LATER, later, fault.message, str(fault))
        case LeftAlone():  # nobody was asked: that is no try
            later = {AGAIN_IN: seconds(fault.pause), BEGUN: True}
            return WorkOutcome(LATER, later, fault.message, f"{name}: {fault.detail}")
        case WorkRefused():
            return _refused(name, task, fault.message, fault.details, fault.everywhere, None)
        case Unavailable():
            LOG.warning("%s of %s has to wait: %s", name, task.uuid, fault.detail)
            return WorkOutcome(FAILED, {}, fault.message, f"{name}: {fault.detail}")
        case ServiceFault():
            everywhere = not isinstance(fault, NotBound)
            status = _status(fault) if everywhere else None
            return _refused(name, task, fault.message, fault.detail, everywhere, status)
    raise fault


def _status(fault: ServiceFault) -> int:
    kinds = type(fault).__mro__
    return next((_STATUSES[kind] for kind in kinds if kind in _STATUSES), BAD_REQUEST)


def _refused(
    name: str,
    task: ServiceTask,
    message: str,
    details: str | None,
    everywhere: bool,
    status: int | None,
) -> WorkOutcome:
    LOG.warning("%s of %s is refused: %s", name, task.uuid, details or message)
    facts: dict[str, Any] = {"everywhere": True} if everywhere else {}
    if status is not None:
        facts[REFUSAL] = status
    return WorkOutcome(REFUSED, facts, message, f"{name}: {details or message}")


def together(found: Mapping[str, WorkOutcome]) -> WorkOutcome:
    """Of all works of a step, by their names. What is done is kept while others are at it."""
    for bad in (LOST, REFUSED, FAILED):
        for each in found.values():
            if each.outcome == bad:
                return each
    late = [each for each in found.values() if each.outcome == LATER]
    if late:
        return _later(late, found)
    facts: dict[str, Any] = {}
    secrets: dict[str, Any] = {}
    for each in found.values():
        facts.update(each.facts)
        secrets.update(each.facts.get(SECRETS, {}))
    return WorkOutcome(DONE, {**facts, SECRETS: secrets} if secrets else facts)


def _later(late: list[WorkOutcome], found: Mapping[str, WorkOutcome]) -> WorkOutcome:
    """Secrets are kept nowhere: a work that has found any is asked again."""
    done = {name: each for name, each in found.items() if each.outcome == DONE}
    kept = {name: each.facts for name, each in done.items() if SECRETS not in each.facts}
    facts = {
        AGAIN_IN: max(each.facts[AGAIN_IN] for each in late),
        BEGUN: any(each.facts[BEGUN] for each in late) or len(kept) < len(done),
        KEPT: kept,
    }
    return WorkOutcome(LATER, facts, late[0].message, late[0].details)
