# SPDX-License-Identifier: Apache-2.0
"""What became of one work, and of all works of a step together.

The first refusal speaks for the step, then the first failure: what the others achieved is looked up
again, or undone with them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from nova_cells.cell.conductor.service_work.registry import works
from nova_cells.cell.conductor.service_work.task import LeaseLost, NotYet, ServiceTask, WorkRefused
from nova_cells.clients.network.ports import NotBound
from nova_cells.clients.service_faults import ServiceFault, Unavailable
from nova_cells.journal.waiting import AGAIN_IN
from nova_cells.runtime.clock import seconds

LOG = logging.getLogger(__name__)
DONE, FAILED, REFUSED, LATER, LOST = "done", "failed", "refused", "later", "lost"
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
    except LeaseLost:
        LOG.info("%s of %s is not for this conductor any more", name, task.uuid)
        return WorkOutcome(LOST)
    except NotYet as later:
        return WorkOutcome(LATER, {AGAIN_IN: seconds(later.pause)}, later.message, str(later))
    except WorkRefused as refusal:
        return _refused(name, task, refusal.message, refusal.details, refusal.everywhere)
    except Unavailable as fault:
        LOG.warning("%s of %s has to wait: %s", name, task.uuid, fault.detail)
        return WorkOutcome(FAILED, {}, fault.message, f"{name}: {fault.detail}")
    except ServiceFault as fault:
        everywhere = not isinstance(fault, NotBound)
        return _refused(name, task, fault.message, fault.detail, everywhere)
    except Exception as mishap:  # a process loop: the operation must hear of it
        LOG.exception("%s of %s went wrong", name, task.uuid)
        return WorkOutcome(FAILED, {}, UNEXPECTED, f"{name}: {type(mishap).__name__}")


def _refused(
    name: str, task: ServiceTask, message: str, details: str | None, everywhere: bool
) -> WorkOutcome:
    LOG.warning("%s of %s is refused: %s", name, task.uuid, details or message)
    facts = {"everywhere": True} if everywhere else {}
    return WorkOutcome(REFUSED, facts, message, f"{name}: {details or message}")


def together(found: Iterable[WorkOutcome]) -> WorkOutcome:
    """Of all works of a step."""
    found = list(found)
    for bad in (LOST, REFUSED, FAILED, LATER):
        for each in found:
            if each.outcome == bad:
                return each
    facts: dict[str, Any] = {}
    secrets: dict[str, Any] = {}
    for each in found:
        facts.update(each.facts)
        secrets.update(each.facts.get("secrets", {}))
    return WorkOutcome(DONE, {**facts, "secrets": secrets} if secrets else facts)
