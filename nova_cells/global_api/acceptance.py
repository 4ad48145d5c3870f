# SPDX-License-Identifier: Apache-2.0
"""Takes wishes for servers: one global transaction, after which a 2xx may leave.

The cell each wish goes to first is chosen before the transaction, from memory, and written down in
it; so the call may leave as soon as the commit is durable.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from oslo_config import cfg
from sqlalchemy import Connection, insert

from nova_cells.global_api import wishes
from nova_cells.global_api.db.tables.build_requests import build_requests
from nova_cells.global_api.db.tables.mappings import instance_mappings
from nova_cells.global_api.faults import BadRequest, QuotaExceeded
from nova_cells.global_api.index import write
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.quota import holds
from nova_cells.global_api.quota.limits import Limits
from nova_cells.global_api.resources.server_groups import store as groups
from nova_cells.global_api.router.build_requests import ASKED, CHOOSING, envelope
from nova_cells.global_api.router.cell_handle import CellHandle
from nova_cells.global_api.router.choose import CellChooser
from nova_cells.global_api.router.job import Job
from nova_cells.objects import Instance, RequestSpec
from nova_cells.runtime.clock import Clock, now, seconds
from nova_cells.runtime.context import RequestContext
from nova_cells.runtime.db import Database

_INSERT_MAPPING = insert(instance_mappings)
_INSERT_REQUEST = insert(build_requests)


class Dispatch(Protocol):
    """Where accepted wishes go."""

    owner: str

    def submit(self, jobs: Sequence[Job]) -> None: ...


class Acceptance:
    """Accepts servers: all of a request, or none."""

    def __init__(
        self,
        conf: cfg.ConfigOpts,
        database: Database,
        limits: Limits,
        chooser: CellChooser,
        dispatch: Dispatch,
        *,
        clock: Clock = now,
    ) -> None:
        self._database = database
        self._limits = limits
        self._chooser = chooser
        self._dispatch = dispatch
        self._lease = seconds(conf.router.lease)
        self._clock = clock

    def accept(
        self,
        ctx: RequestContext,
        specs: Sequence[RequestSpec],
        *,
        group_uuid: str | None = None,
        also: Callable[[Connection], None] | None = None,
    ) -> None:
        """Make the wishes durable and start working on them; `also` is done in the transaction.

        Raises QuotaExceeded, or BadRequest where the group is not there; nothing is written then.
        """
        chosen = [choice.cell for choice in self._chooser.choose_all(specs)]
        documents = [Instance.from_spec(spec).document() for spec in specs]
        for document in documents:
            document["revision"] = 0
        try:
            jobs = self._database.write(
                lambda connection: self._accept(
                    connection, ctx, specs, chosen, documents, group_uuid, also
                )
            )
        except BaseException:
            self._give_back(specs, chosen)
            raise
        self._dispatch.submit(jobs)

    def _give_back(self, specs: Sequence[RequestSpec], chosen: Sequence[CellHandle | None]) -> None:
        for spec, cell in zip(specs, chosen, strict=True):
            if cell is not None:
                self._chooser.refused(spec, cell)

    def _accept(
        self,
        connection: Connection,
        ctx: RequestContext,
        specs: Sequence[RequestSpec],
        chosen: Sequence[CellHandle | None],
        documents: Sequence[dict[str, object]],
        group_uuid: str | None,
        also: Callable[[Connection], None] | None,
    ) -> list[Job]:
        if also is not None:
            also(connection)
        limits = self._take_quota(connection, specs)
        cells: list[str | None] = [cell.uuid if cell is not None else None for cell in chosen]
        if group_uuid is not None:
            cells = self._join_group(connection, group_uuid, specs, cells, limits)
        moment = self._clock()
        jobs = [Job(spec, cell) for spec, cell in zip(specs, cells, strict=True)]
        connection.execute(_INSERT_MAPPING, [_mapping(job) for job in jobs])
        connection.execute(_INSERT_REQUEST, [self._request(job, moment) for job in jobs])
        wishes.remember(connection, specs)
        write.insert_new(connection, [Head(document, None) for document in documents])
        return jobs

    def _take_quota(self, connection: Connection, specs: Sequence[RequestSpec]) -> dict[str, int]:
        owner = holds.Owner(specs[0].project_id, specs[0].user_id)
        project, user = self._limits.of_project_and_user(
            connection, owner.project_id, owner.user_id
        )
        wanted = [
            holds.Hold.of(spec.uuid, spec.flavor, own_root=spec.image is not None) for spec in specs
        ]
        holds.take(connection, owner, wanted, project, user)
        return user

    def _join_group(
        self,
        connection: Connection,
        uuid: str,
        specs: Sequence[RequestSpec],
        cells: list[str | None],
        limits: dict[str, int],
    ) -> list[str | None]:
        """Add the members; an affinity group binds all of them to the first cell chosen."""
        group = groups.lock_group(connection, uuid)
        if group is None:
            raise BadRequest(f"Instance group {uuid} could not be found.")
        members = groups.add_members(connection, uuid, [spec.uuid for spec in specs])
        most = limits.get("server_group_members", holds.UNLIMITED)
        if most != holds.UNLIMITED and members > most:
            raise QuotaExceeded(
                "Quota exceeded, too many servers in group", ("server_group_members",)
            )
        if group.policy != "affinity":
            return cells
        bound = group.pinned_cell or next((cell for cell in cells if cell is not None), None)
        if bound is not None:
            groups.pin(connection, uuid, bound, expected=group.pinned_cell)
        return [bound for _spec in specs]

    def _request(self, job: Job, moment: int) -> dict[str, object]:
        waiting = job.cell_uuid is None
        return {
            "uuid": job.spec.uuid,
            "spec": envelope(job.spec),
            "phase": CHOOSING if waiting else ASKED,
            "cell_uuid": job.cell_uuid,
            "epoch": job.spec.epoch,
            "attempts": [],
            "cancelled": False,
            "lease_owner": self._dispatch.owner,
            "lease_until": moment + self._lease,
            "generation": job.generation,
            "deadline": job.spec.deadline,
            "created_at": moment,
        }


def _mapping(job: Job) -> dict[str, object]:
    return {
        "uuid": job.spec.uuid,
        "project_id": job.spec.project_id,
        "user_id": job.spec.user_id,
        "cell_uuid": job.cell_uuid,
        "epoch": job.spec.epoch,
        "created_at": job.spec.created_at,
    }
