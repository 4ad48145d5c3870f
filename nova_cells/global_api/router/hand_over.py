# SPDX-License-Identifier: Apache-2.0
"""Hands wishes to cells until one takes charge, or there is none left, or the deadline has passed.

An unknown outcome is never a "no": the same cell is asked again under the same key, and before
another one is tried it is told to cancel, so a call that was only late finds a tombstone.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from nova_cells.contracts import FaultCode, Refused, Unknown
from nova_cells.global_api.cells import CellDirectory
from nova_cells.global_api.router.cell_handle import CellHandle, NotAsked
from nova_cells.global_api.router.choose import CellChooser
from nova_cells.global_api.router.job import Job
from nova_cells.global_api.router.ownership import Ownership
from nova_cells.objects import BuildReply, CancelReply, RequestSpec
from nova_cells.runtime.context import RequestContext, use

LOG = logging.getLogger(__name__)

NO_VALID_HOST = "No valid host was found."
TOO_LATE = "The server could not be built before its deadline."
_SHARE_OF_LEASE = 0.8


class HandOver:
    """Works on requests this process has the lease of."""

    def __init__(
        self,
        ownership: Ownership,
        directory: CellDirectory,
        chooser: CellChooser,
        *,
        lease: float,
    ) -> None:
        self._ownership = ownership
        self._directory = directory
        self._chooser = chooser
        self._deadline = lease * _SHARE_OF_LEASE

    def begin(self, jobs: Sequence[Job]) -> None:
        """Wishes of one request for one cell, straight after their acceptance."""
        with use(_context(jobs[0].spec)):
            if jobs[0].cell_uuid is not None:
                self._build(jobs)
                return
            for job in jobs:
                self._choose(job)

    def resume(self, uuid: str) -> None:
        """Take over a request whose lease is over; nobody knows what became of its last call."""
        job = self._ownership.take(uuid)
        if job is None:
            return
        with use(_context(job.spec)):
            if job.cancelled:
                self._cancel(job)
            elif job.accepted:
                self._look(job)
            elif self._ownership.too_late(job):
                self._ownership.give_up(job, TOO_LATE, tell_cell=True)
            elif job.cell_uuid is None:
                self._choose(job)
            else:
                self._build([job])

    def _build(self, jobs: Sequence[Job]) -> None:
        cell = self._directory.get(jobs[0].cell_uuid)
        if cell is None:
            for job in jobs:
                self._refused(job, None, _no_such_cell(job))
            return
        try:
            replies = self._ask(cell, jobs)
        except NotAsked:
            self._not_asked(cell, jobs)
            return
        except Unknown as outcome:
            LOG.warning("Cell %s gave no answer to a build: %s", cell.name, outcome)
            self._ownership.postpone(jobs)
            return
        taken = {uuid: reply.instance for uuid, reply in replies.items() if reply.accepted}
        if taken:
            self._ownership.accepted(cell.uuid, list(taken.values()))
        self._ownership.postpone([job for job in jobs if job.uuid not in replies])
        for job in jobs:
            if job.uuid in replies and job.uuid not in taken:
                self._chooser.refused(job.spec, cell)
                self._refused(job, cell, replies[job.uuid])

    def _ask(self, cell: CellHandle, jobs: Sequence[Job]) -> dict[str, BuildReply]:
        """What the cell said of each."""
        certain = not any(job.uncertain for job in jobs)
        if certain and cell.suspect:
            raise NotAsked(f"cell {cell.name} owes an answer")
        specs = [job.spec for job in jobs]
        try:
            replies = cell.call("build", deadline=self._deadline, requests=specs)
        except Refused as refusal:
            return {spec.uuid: _refusal(spec.uuid, refusal) for spec in specs}
        return {reply.uuid: reply for reply in replies}

    def _not_asked(self, cell: CellHandle, jobs: Sequence[Job]) -> None:
        """Where nothing was ever sent, another cell is free to have it."""
        self._ownership.postpone([job for job in jobs if job.uncertain])
        for job in jobs:
            if job.uncertain:
                continue
            self._chooser.refused(job.spec, cell)
            released = self._ownership.released(job)
            if released is not None:
                self._choose(released)

    def _refused(self, job: Job, cell: CellHandle | None, reply: BuildReply) -> None:
        """On to the next cell, once a late copy of the call can no longer do anything."""
        if job.uncertain and cell is not None and not self._cancelled(job, cell):
            self._ownership.postpone([job])
            return
        noted = self._ownership.refused(job, reply)
        if noted is not None:
            self._choose(noted)

    def _choose(self, job: Job) -> None:
        choice = self._chooser.choose(job.spec, job.tried, self._ownership.bound(job))
        if choice.cell is not None:
            asked = self._ownership.assign(job, choice.cell.uuid)
            if asked is not None:
                self._build([asked])
            else:
                self._chooser.refused(job.spec, choice.cell)
        elif choice.wait and not self._ownership.too_late(job):
            self._ownership.postpone([job])
        else:
            self._ownership.give_up(job, job.last_word or NO_VALID_HOST)

    def _cancelled(self, job: Job, cell: CellHandle) -> CancelReply | None:
        """The cell's word that it will never build this epoch, or nothing if it gave none."""
        try:
            reply: CancelReply = cell.call(
                "cancel", uuid=job.uuid, epoch=job.spec.epoch, key=job.cancel_key
            )
        except Refused as refusal:
            if refusal.code in (FaultCode.STALE_EPOCH, FaultCode.TOMBSTONED):
                return CancelReply(uuid=job.uuid, state="absent")
            LOG.warning("Cell %s refused to cancel %s: %s", cell.name, job.uuid, refusal)
            return None
        except (Unknown, NotAsked):
            return None
        return reply

    def _cancel(self, job: Job) -> None:
        """Its user deleted it while it was being built."""
        cell = self._directory.get(job.cell_uuid)
        if cell is None:
            self._ownership.entomb(job.uuid)
            return
        reply = self._cancelled(job, cell)
        if reply is None:
            self._ownership.postpone([job])
        elif reply.state == "absent":
            self._ownership.entomb(job.uuid)
        else:
            self._ownership.deleting(job, reply.instance)

    def _look(self, job: Job) -> None:
        """A cell took charge long ago and nothing was heard of the end: ask it."""
        cell = self._directory.get(job.cell_uuid)
        if cell is None:
            self._ownership.give_up(job, NO_VALID_HOST)
            return
        try:
            self._ownership.accepted(cell.uuid, [cell.call("show", uuid=job.uuid)])
        except Refused as refusal:
            if refusal.code == FaultCode.INSTANCE_NOT_FOUND:
                self._build([job])
        except (Unknown, NotAsked):
            self._ownership.postpone([job])


def _refusal(uuid: str, refusal: Refused) -> BuildReply:
    trail: Any = refusal.details.get("trail") or []
    return BuildReply(
        uuid=uuid,
        accepted=False,
        fault_code=str(refusal.code),
        message=refusal.message,
        trail=trail,
    )


def _no_such_cell(job: Job) -> BuildReply:
    return BuildReply(
        uuid=job.uuid,
        accepted=False,
        fault_code=str(FaultCode.NO_VALID_HOST),
        message="The cell was removed.",
    )


def _context(spec: RequestSpec) -> RequestContext:
    return RequestContext(
        request_id=spec.request_id, user_id=spec.user_id, project_id=spec.project_id
    )
