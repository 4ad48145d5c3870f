# SPDX-License-Identifier: Apache-2.0
"""Hands wishes to cells until one takes charge, or there is none left, or the deadline has passed.

An unknown outcome is never a "no": the same cell is asked again under the same key, and before
another one is tried it is told to cancel, so a call that was only late finds a tombstone.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
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
_DIFFERENT = ("uuid", "epoch", "name", "hostname", "launch_index")


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
            else:
                self._choose(jobs)

    def resume(self, uuid: str) -> None:
        """Take over a request whose lease is over; nobody knows what became of its last call."""
        jobs = self._ownership.take(uuid)
        if not jobs:
            return
        with use(_context(jobs[0].spec)):
            for job in jobs:
                if job.cancelled:
                    self._cancel(job)
                elif job.accepted:
                    self._look(job)
            for alike in _alike([job for job in jobs if not (job.cancelled or job.accepted)]):
                self._hand_on(alike)

    def _hand_on(self, jobs: Sequence[Job]) -> None:
        """Servers of one request that stand at the same point."""
        if self._ownership.too_late(jobs[0]):
            self._ownership.give_up(jobs, TOO_LATE, tell_cell=True)
        elif jobs[0].cell_uuid is None:
            self._choose(jobs)
        else:
            self._build(jobs)

    def _build(self, jobs: Sequence[Job]) -> None:
        """All of one request, and for one cell."""
        cell = self._directory.get(jobs[0].cell_uuid)
        if cell is None:
            self._go_on(jobs, {job.uuid: _no_such_cell(job) for job in jobs})
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
        self._note_taken(cell, [reply for reply in replies.values() if reply.accepted])
        self._ownership.postpone([job for job in jobs if job.uuid not in replies])
        refused = [j for j in jobs if j.uuid in replies and not replies[j.uuid].accepted]
        for job in refused:
            self._chooser.refused(job.spec, cell)
        self._refused(refused, cell, replies)

    def _note_taken(self, cell: CellHandle, replies: Sequence[BuildReply]) -> None:
        heads = [reply.instance for reply in replies if reply.instance is not None]
        if heads:
            self._ownership.accepted(cell.uuid, heads)
        told_later = [reply.uuid for reply in replies if reply.instance is None]
        if told_later:
            self._ownership.taken(cell.uuid, told_later)

    def _ask(self, cell: CellHandle, jobs: Sequence[Job]) -> dict[str, BuildReply]:
        """What the cell said of each."""
        certain = not any(job.uncertain for job in jobs)
        if certain and cell.suspect:
            raise NotAsked(f"cell {cell.name} owes an answer")
        specs = [job.spec for job in jobs]
        try:
            if len(specs) == 1:
                replies = cell.call("build", deadline=self._deadline, requests=specs)
            else:
                replies = cell.call("build_many", deadline=self._deadline, **_many(specs))
        except Refused as refusal:
            return {spec.uuid: _refusal(spec.uuid, refusal) for spec in specs}
        return {reply.uuid: reply for reply in replies}

    def _not_asked(self, cell: CellHandle, jobs: Sequence[Job]) -> None:
        """Where nothing was ever sent, another cell is free to have it."""
        self._ownership.postpone([job for job in jobs if job.uncertain])
        free = [job for job in jobs if not job.uncertain]
        for job in free:
            self._chooser.refused(job.spec, cell)
        self._choose(self._ownership.released(free))

    def _refused(
        self, jobs: Sequence[Job], cell: CellHandle, replies: Mapping[str, BuildReply]
    ) -> None:
        """On to the next cell, once a late copy of the call can no longer do anything."""
        open_still = [job for job in jobs if job.uncertain and not self._cancelled(job, cell)]
        self._ownership.postpone(open_still)
        self._go_on([job for job in jobs if job not in open_still], replies)

    def _go_on(self, jobs: Sequence[Job], replies: Mapping[str, BuildReply]) -> None:
        self._choose(self._ownership.refused(jobs, replies))

    def _choose(self, jobs: Sequence[Job]) -> None:
        """The next cell for servers of one request that have been refused alike."""
        if not jobs:
            return
        only = self._ownership.bound(jobs[0])
        choices = self._chooser.choose_all([job.spec for job in jobs], jobs[0].tried, only)
        by_cell: dict[str, list[Job]] = {}
        for job, choice in zip(jobs, choices, strict=True):
            if choice.cell is not None:
                by_cell.setdefault(choice.cell.uuid, []).append(job)
        if not by_cell and only is None:
            by_cell = _shares(jobs)
        for uuid, mine in by_cell.items():
            self._assign(mine, uuid)
        if not by_cell:
            self._without_cell(jobs, wait=any(choice.wait for choice in choices))

    def _assign(self, jobs: Sequence[Job], cell_uuid: str) -> None:
        asked = self._ownership.assign(jobs, cell_uuid)
        cell = self._directory.get(cell_uuid)
        if cell is not None:
            got = {job.uuid for job in asked}
            for job in jobs:
                if job.uuid not in got:
                    self._chooser.refused(job.spec, cell)
        if asked:
            self._build(asked)

    def _without_cell(self, jobs: Sequence[Job], *, wait: bool) -> None:
        if wait and not self._ownership.too_late(jobs[0]):
            self._ownership.postpone(jobs)
        else:
            self._ownership.give_up(jobs, jobs[0].last_word or NO_VALID_HOST)

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
            self._ownership.give_up([job], NO_VALID_HOST)
            return
        try:
            self._ownership.accepted(cell.uuid, [cell.call("show", uuid=job.uuid)])
        except Refused as refusal:
            if refusal.code == FaultCode.INSTANCE_NOT_FOUND:
                self._build([job])
        except (Unknown, NotAsked):
            self._ownership.postpone([job])


def _many(specs: Sequence[RequestSpec]) -> dict[str, Any]:
    """The arguments of `build_many`. A cell that is given all of a request answers for `least`."""
    first = specs[0]
    names = (*_DIFFERENT, "volumes") if first.volumes else _DIFFERENT
    differences = [{name: getattr(spec, name) for name in names} for spec in specs]
    least = first.least if len(specs) == first.wished else 0
    return {"request": first, "servers": differences, "least": least}


def _alike(jobs: Sequence[Job]) -> list[list[Job]]:
    """Put together what has been asked of the same cells."""
    found: dict[Any, list[Job]] = {}
    for job in jobs:
        found.setdefault((job.cell_uuid, job.tried), []).append(job)
    return list(found.values())


def _shares(jobs: Sequence[Job]) -> dict[str, list[Job]]:
    """Each cell refused the whole request, but they may have room enough together."""
    first, left = jobs[0], list(jobs)
    if len(left) < first.spec.wished or sum(first.rooms.values()) < first.spec.least:
        return {}
    shares: dict[str, list[Job]] = {}
    for cell, room in sorted(first.rooms.items(), key=lambda pair: -pair[1]):
        shares[cell], left = left[:room], left[room:]
    shares[cell] += left
    return {cell: mine for cell, mine in shares.items() if mine}


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
