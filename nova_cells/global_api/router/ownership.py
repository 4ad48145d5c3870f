# SPDX-License-Identifier: Apache-2.0
"""Who has a server, changed one committed step at a time.

Every change locks the request's row and compares its generation first: a process that slept past
its lease finds another generation and lets go.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection

from nova_cells.global_api.index import write
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.resources.server_groups import store as groups
from nova_cells.global_api.router import build_requests, endings, others, process_name
from nova_cells.global_api.router.build_requests import ASKED, CHOOSING, BuildRequest
from nova_cells.global_api.router.job import Job
from nova_cells.objects import BuildReply, Instance
from nova_cells.runtime.clock import Clock, now, seconds
from nova_cells.runtime.db import Database

T = TypeVar("T")
_LOOK_AGAIN = seconds(60)
_PATIENCE = seconds(15)


class Ownership:
    """The committed steps. `owner` is this process's name in leases."""

    def __init__(self, database: Database, *, owner: str, lease: float, clock: Clock = now) -> None:
        self.owner = owner
        self._database = database
        self._lease = seconds(lease)
        self._clock = clock

    def too_late(self, job: Job) -> bool:
        return bool(self._clock() >= job.spec.deadline)

    def due(self, silent: Sequence[str], limit: int) -> list[str]:
        """Requests to be taken over; those in cells that do not answer are left alone."""
        moment = self._clock()
        return self._database.read(lambda c: build_requests.due(c, moment, silent, limit))

    def release_dead(self) -> None:
        """End the leases of processes of this machine that are no more."""
        owners = self._database.read(build_requests.owners)
        dead = [owner for owner in owners if owner != self.owner and process_name.is_dead(owner)]
        if dead:
            moment = self._clock()
            self._database.write(lambda c: build_requests.release(c, dead, moment))

    def take(self, uuid: str) -> list[Job]:
        """Get the lease of a request whose lease is over, and of the servers asked for with it.

        In one transaction and in order: of two who look at once one gets all of them.
        """

        def work(connection: Connection) -> list[Job]:
            spec = build_requests.spec_of(connection, uuid)
            uuids = {uuid}
            if spec is not None and spec.wished > 1:
                uuids |= others.left_lying(connection, spec, self._clock())
            taken = [self._take(connection, each) for each in sorted(uuids)]
            return [job for job in taken if job is not None]

        return self._database.write(work)

    def _take(self, connection: Connection, uuid: str) -> Job | None:
        request = build_requests.lock(connection, uuid)
        if request is None or request.lease_until > self._clock():
            return None
        return Job.of(self._leased(connection, request), uncertain=True)

    def _leased(
        self, connection: Connection, request: BuildRequest, **changes: object
    ) -> BuildRequest:
        until = self._clock() + self._lease
        return build_requests.save(
            connection, request, lease_owner=self.owner, lease_until=until, **changes
        )

    def _held(
        self, jobs: Sequence[Job], work: Callable[[Connection, BuildRequest, Job], T | None]
    ) -> list[T]:
        """Do `work` on the locked rows that nobody, a delete neither, has changed since."""

        def guarded(connection: Connection) -> list[T]:
            done = []
            for job in sorted(jobs, key=lambda job: job.uuid):
                request = build_requests.lock(connection, job.uuid)
                if request is None or request.generation != job.generation:
                    continue
                result = work(connection, request, job)
                if result is not None:
                    done.append(result)
            return done

        return self._database.write(guarded) if jobs else []

    def accepted(self, cell_uuid: str, instances: Sequence[Instance]) -> None:
        """A cell has them: their heads go to the index, the requests wait for the end."""
        heads = [Head(each.document(), cell_uuid, Instance.VERSION) for each in instances]
        self._database.write(lambda connection: self.heard(connection, cell_uuid, heads))

    def taken(self, cell_uuid: str, uuids: Sequence[str]) -> None:
        """A cell has them and tells their heads by its feed."""
        look_again = self._clock() + _LOOK_AGAIN
        self._database.write(lambda c: build_requests.accepted(c, uuids, cell_uuid, look_again))

    def heard(self, connection: Connection, cell_uuid: str, heads: Sequence[Head]) -> None:
        """A cell speaks of servers it has, in a reply or by its feed."""
        write.apply(connection, heads)
        building, done, gone = [], [], []
        for head in heads:
            if head.document.get("deleted_at") is not None:
                gone.append(head.uuid)
            elif head.document["vm_state"] == "building":
                building.append(head.uuid)
            else:
                done.append(head.uuid)
        if building:
            look_again = self._clock() + _LOOK_AGAIN
            build_requests.accepted(connection, building, cell_uuid, look_again)
        if done:
            build_requests.done(connection, done)
        if gone:
            build_requests.drop(connection, gone)

    def postpone(self, jobs: Sequence[Job]) -> None:
        """Give the lease back; somebody tries again soon, later the longer it has been going on."""
        self._held(jobs, self._postpone)

    def _postpone(self, connection: Connection, request: BuildRequest, _job: Job) -> None:
        moment = self._clock()
        pause = min(max((moment - request.created_at) // 4, seconds(0.5)), _PATIENCE)
        build_requests.save(connection, request, lease_owner=None, lease_until=moment + pause)

    def refused(self, jobs: Sequence[Job], replies: Mapping[str, BuildReply]) -> list[Job]:
        """Write down that the cell said no; answers those for which there is more to do."""

        def note(connection: Connection, request: BuildRequest, job: Job) -> Job | None:
            attempts = [*request.attempts, _attempt(job, replies[job.uuid])]
            noted = self._leased(
                connection, request, phase=CHOOSING, cell_uuid=None, attempts=attempts
            )
            return Job.of(noted, uncertain=False)

        return self._held(jobs, note)

    def released(self, jobs: Sequence[Job]) -> list[Job]:
        """The cell was never asked after all: back to where none was chosen."""

        def forget(connection: Connection, request: BuildRequest, _job: Job) -> Job | None:
            back = self._leased(connection, request, phase=CHOOSING, cell_uuid=None)
            return Job.of(back, uncertain=False)

        return self._held(jobs, forget)

    def bound(self, job: Job) -> Collection[str] | None:
        """The one cell an affinity group leaves, if it is bound and others are in it already."""
        group = job.spec.group
        if group is None or group.policy != "affinity":
            return None
        found = self._database.read(lambda connection: _binding(connection, group.uuid))
        return None if found is None else {found}

    def assign(self, jobs: Sequence[Job], cell_uuid: str) -> list[Job]:
        """Write down the cell that is asked next, under a new epoch if another one was before."""

        def ask(connection: Connection, request: BuildRequest, job: Job) -> Job | None:
            if not _bind(connection, job, cell_uuid):
                self._postpone(connection, request, job)
                return None
            epoch = request.epoch + (1 if request.attempts else 0)
            asked = self._leased(connection, request, phase=ASKED, cell_uuid=cell_uuid, epoch=epoch)
            build_requests.own(connection, request.uuid, cell_uuid, epoch)
            if request.attempts:
                endings.keep_refusals(connection, request, self._clock())
            return Job.of(asked, uncertain=False)

        return self._held(jobs, ask)

    def give_up(self, jobs: Sequence[Job], message: str, *, tell_cell: bool = False) -> None:
        """ERROR. `tell_cell`: nobody knows what the cell did, so its cancel stays queued.

        With too few of a request left to be of use, the others are given up too.
        """

        def end(connection: Connection, request: BuildRequest, job: Job) -> None:
            moment = self._clock()
            endings.give_up(connection, request, message, trail(request), moment)
            if tell_cell:
                endings.promise_cancel(connection, request, moment)
            others.call_off_if_too_few(connection, job.spec, moment)

        self._held(jobs, end)

    def entomb(self, uuid: str) -> None:
        """No cell has it and its user does not want it any more."""
        self._database.write(lambda c: endings.entomb(c, uuid, self._clock()))

    def deleting(self, job: Job, instance: Instance) -> None:
        """The cell has it and is deleting it."""
        head = Head(instance.document(), job.cell_uuid, Instance.VERSION)

        def end(connection: Connection) -> None:
            write.apply(connection, [head])
            build_requests.drop(connection, [job.uuid])

        self._database.write(end)


def trail(request: BuildRequest) -> str:
    """What each cell said, for administrators."""
    return "\\n".join(
        f"cell {attempt['cell']}: {attempt['message'] or attempt['code']}"
        + "".join(f"\\n  {name}: {left} hosts left" for name, left in attempt["trail"] or ())
        for attempt in request.attempts
    )


def _attempt(job: Job, reply: BuildReply) -> dict[str, Any]:
    return {
        "cell": job.cell_uuid,
        "epoch": job.spec.epoch,
        "code": reply.fault_code,
        "message": reply.message,
        "trail": reply.trail,
        "room": reply.room,
    }


def _binding(connection: Connection, group_uuid: str) -> str | None:
    group = groups.find(connection, group_uuid)
    if group is None or group.pinned_cell is None:
        return None
    return group.pinned_cell if groups.count_members(connection, group_uuid) > 1 else None


def _bind(connection: Connection, job: Job, cell_uuid: str) -> bool:
    """Bind an affinity group to the cell; a sole member may take its group along."""
    wanted = job.spec.group
    if wanted is None or wanted.policy != "affinity":
        return True
    group = groups.lock_group(connection, wanted.uuid)
    if group is None or group.pinned_cell == cell_uuid:
        return True
    if group.pinned_cell is not None and groups.count_members(connection, wanted.uuid) > 1:
        return False
    return groups.pin(connection, wanted.uuid, cell_uuid, expected=group.pinned_cell)
