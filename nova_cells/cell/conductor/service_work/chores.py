# SPDX-License-Identifier: Apache-2.0
"""Does the work with services that no operation does: sweeps what is left, begins what had to wait.

A server that is in the hands of an operation is left alone, and so is one that changes while it is
swept: what looks like a leftover may be what the operation has just made.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row

from nova_cells.cell.conductor.actions import Actions
from nova_cells.cell.conductor.chore_round import ChoreRound
from nova_cells.cell.conductor.service_work.expect_snapshot import WAITS
from nova_cells.cell.conductor.service_work.registry import sweepers
from nova_cells.cell.conductor.service_work.task import LeaseLost, ServiceTask, Surroundings
from nova_cells.cell.conductor.service_work.tell_of_snapshot import tell_of_snapshot
from nova_cells.cell.db import instances, service_chores
from nova_cells.clients.service_faults import ServiceFault
from nova_cells.contracts import FaultCode, Refused
from nova_cells.runtime.clock import seconds
from nova_cells.runtime.context import RequestContext, use
from nova_cells.runtime.db import Database
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)
LEASE = seconds(120)
PATIENCE = seconds(7 * 86400)


class ServiceChores:
    """A service; `kick` when there is new work."""

    def __init__(
        self,
        database: Database,
        actions: Actions,
        around: Surroundings,
        *,
        interval: float,
        clock: Callable[[], int],
    ) -> None:
        self._database = database
        self._actions = actions
        self._around = around
        self._clock = clock
        self._does = {
            service_chores.SWEEP: self._sweep,
            service_chores.ACT: self._act,
            service_chores.ANSWER: self._answer,
        }
        self._round = ChoreRound(database, service_chores.LIST, self._do, lease=LEASE, clock=clock)
        self._rounds = Periodic("service chores", interval, self.round)

    def start(self) -> None:
        self._rounds.start()

    def stop(self) -> None:
        self._rounds.stop()

    def kick(self) -> None:
        self._rounds.kick()

    def round(self) -> None:
        """One batch of what is due."""
        self._round.run()

    def _do(self, chore: Row[Any]) -> bool:
        try:
            finished = self._does[chore.kind](chore)
        except LeaseLost:
            finished = False
        except ServiceFault as fault:
            LOG.warning("%s has to wait: %s", chore.id, fault.detail)
            finished = False
        if not finished and self._clock() > chore.created_at + PATIENCE:
            LOG.error("%s is given up", chore.id)
            return True
        return finished

    def _sweep(self, chore: Row[Any]) -> bool:
        head = self._head(chore.uuid)
        if head is not None and head["operation"] is not None:
            return False
        if head is not None and head["vm_state"] in instances.NOBODYS:
            return True  # another cell has its ports and volumes
        task = self._task(chore, head)
        for sweep in sweepers():
            sweep(task)
        return True

    def _task(self, chore: Row[Any], head: dict[str, Any] | None) -> ServiceTask:
        def ours() -> None:
            now = self._head(chore.uuid)
            if _moved(head, now):
                raise LeaseLost(chore.id)

        return ServiceTask(
            uuid=chore.uuid,
            project_id=head["project_id"] if head else "",
            head=head,
            around=self._around,
            ours=ours,
            wait=time.sleep,
            operation=chore.id,
            kind=chore.kind,
            deadline=self._clock() + LEASE,
            host=head["host"] if head else None,
        )

    def _act(self, chore: Row[Any]) -> bool:
        """Busy servers are free again some time; those that are gone need nothing."""
        head = self._head(chore.uuid)
        if head is None or head["deleted_at"] is not None:
            return chore.document["kind"] not in WAITS or self._answer(chore)
        kind, arguments = chore.document["kind"], chore.document["arguments"]
        key = f"{chore.id}/{chore.created_at}"
        try:
            with use(RequestContext(is_admin=True)):
                self._actions.act(chore.uuid, head["epoch"], kind, key, arguments, forced=True)
        except Refused as refusal:
            LOG.info("no %s of %s now: %s", kind, chore.uuid, refusal)
            return refusal.code == FaultCode.INSTANCE_NOT_FOUND
        return True

    def _answer(self, chore: Row[Any]) -> bool:
        """The service waits for it, and nobody does it any more."""
        head = self._head(chore.uuid)
        if head is not None and head["operation"] is not None:
            return False
        told = chore.document
        task = replace(
            self._task(chore, head), kind=told["kind"], arguments=told["arguments"], undo=True
        )
        tell_of_snapshot(task)
        return True

    def _head(self, uuid: str) -> dict[str, Any] | None:
        def work(connection: Connection) -> dict[str, Any] | None:
            found = instances.get(connection, uuid)
            return None if found is None else found[0]

        return self._database.read(work)


def _moved(before: dict[str, Any] | None, after: dict[str, Any] | None) -> bool:
    """Whether anything has happened to the server."""
    if before is None or after is None:
        return before is not after
    return after["operation"] is not None or after["revision"] != before["revision"]
