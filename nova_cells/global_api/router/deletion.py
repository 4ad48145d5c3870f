# SPDX-License-Identifier: Apache-2.0
"""Deletes of servers in every state. A 204 leaves only when somebody is bound to do it.

No cell has it: done here. A cell has it: that cell's journal, or ours when it does not answer. A
cell was just asked to build it: the build request itself carries the wish until the cell has
answered for the attempt.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from nova_cells.contracts import FaultCode, Refused, Unknown
from nova_cells.global_api.cells import CellDirectory
from nova_cells.global_api.db.tables.build_requests import build_requests as build_requests_table
from nova_cells.global_api.db.tables.mappings import instance_mappings
from nova_cells.global_api.faults import Conflict, ServerNotFound
from nova_cells.global_api.index import write
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.operations import ownership
from nova_cells.global_api.refusals import fault_of
from nova_cells.global_api.router import build_requests, endings
from nova_cells.global_api.router.build_requests import CHOOSING, BuildRequest
from nova_cells.global_api.router.cell_handle import NotAsked
from nova_cells.objects import CancelReply, Instance
from nova_cells.runtime.clock import Clock, now, seconds
from nova_cells.runtime.context import RequestContext
from nova_cells.runtime.db import Database, for_update

_CANCEL_PATIENCE = seconds(10)


@dataclass(frozen=True)
class _Standing:
    """Where a server is: nowhere (`gone`), in a build, or in a cell."""

    gone: bool
    request: BuildRequest | None = None
    cell_uuid: str | None = None
    epoch: int = 0


class Deletion:
    """Deletes servers."""

    def __init__(
        self, database: Database, directory: CellDirectory, *, timeout: float, clock: Clock = now
    ) -> None:
        self._database = database
        self._directory = directory
        self._timeout = timeout
        self._clock = clock

    def delete(
        self, ctx: RequestContext, row: IndexRow, arguments: dict[str, str] | None = None
    ) -> None:
        """Have it deleted, or raise the fault that says why not; `arguments` are for its cell."""
        _refuse_locked(ctx, row)
        uuid = row.uuid
        standing = self._database.read(lambda connection: _in_cell(connection, uuid))
        if standing is None:
            standing = self._database.write(lambda connection: self._stand(connection, uuid))
        if standing.gone:
            return
        if standing.request is not None:
            self._cancel(row, standing.request)
        elif standing.cell_uuid is not None:
            self._act(ctx, row, standing.cell_uuid, standing.epoch, arguments or {}, may_move=True)

    def _stand(self, connection: Connection, uuid: str) -> _Standing:
        request = build_requests.lock(connection, uuid)
        if request is not None and request.phase != CHOOSING:
            until = self._clock() + _CANCEL_PATIENCE
            changes = {"cancelled": True, "lease_until": until}
            write.show_deleting(connection, uuid)
            return _Standing(False, build_requests.save(connection, request, **changes))
        mapping = instance_mappings.c
        query = for_update(select(mapping.cell_uuid, mapping.epoch).where(mapping.uuid == uuid))
        owner = connection.execute(query).first()
        if request is None and owner is None:
            raise ServerNotFound(uuid)
        if request is not None or owner.cell_uuid is None:
            endings.entomb(connection, uuid, self._clock())
            return _Standing(True)
        return _Standing(False, None, owner.cell_uuid, owner.epoch)

    def _cancel(self, row: IndexRow, request: BuildRequest) -> None:
        """During a build. What is not answered now, a router asks again under the same key."""
        cell = self._directory.get(request.cell_uuid)
        try:
            if cell is None:
                return
            reply: CancelReply = cell.call(
                "cancel",
                deadline=self._timeout,
                uuid=row.uuid,
                epoch=request.epoch,
                key=f"cancel/{row.uuid}/{request.epoch}",
            )
        except (Refused, Unknown, NotAsked):
            return
        self._database.write(lambda c: self._cancelled(c, row.uuid, request, reply))

    def _cancelled(
        self, connection: Connection, uuid: str, request: BuildRequest, reply: CancelReply
    ) -> None:
        if reply.state == "absent":
            endings.entomb(connection, uuid, self._clock())
            return
        if reply.instance is not None:
            head = Head(reply.instance.document(), request.cell_uuid, Instance.VERSION)
            write.apply(connection, [head])
        build_requests.drop(connection, [uuid])

    def _act(
        self,
        ctx: RequestContext,
        row: IndexRow,
        cell_uuid: str,
        epoch: int,
        arguments: dict[str, str],
        *,
        may_move: bool = False,
    ) -> None:
        key = f"delete/{row.uuid}/{ctx.request_id}"
        cell = self._directory.get(cell_uuid)
        try:
            if cell is None:
                raise NotAsked("the cell is not known here")
            instance: Instance = cell.call(
                "act",
                deadline=self._timeout,
                uuid=row.uuid,
                epoch=epoch,
                kind="delete",
                key=key,
                arguments=arguments,
            )
        except Refused as refusal:
            if self._moves(ctx, row, refusal, key, arguments):
                return
            owner = self._database.read(lambda c: _in_cell(c, row.uuid)) if may_move else None
            if owner is not None and owner.cell_uuid not in (None, cell_uuid):
                self._act(ctx, row, str(owner.cell_uuid), owner.epoch, arguments)
                return
            if refusal.code != FaultCode.INSTANCE_NOT_FOUND:
                raise fault_of(refusal, row.uuid, "delete") from refusal
            self._database.write(lambda c: endings.entomb(c, row.uuid, self._clock()))
        except (Unknown, NotAsked):
            self._database.write(
                lambda c: self._promise(c, ctx, row, cell_uuid, epoch, key, arguments)
            )
        else:
            head = Head(instance.document(), cell_uuid, Instance.VERSION)
            self._database.write(lambda c: write.apply(c, [head]))

    def _moves(
        self,
        ctx: RequestContext,
        row: IndexRow,
        refusal: Refused,
        key: str,
        arguments: dict[str, str],
    ) -> bool:
        """One on its way to another cell is deleted where it arrives, or where it stays."""
        if refusal.code != FaultCode.CONFLICT:
            return False

        def work(connection: Connection) -> bool:
            owner = ownership.owner(connection, row.uuid)
            if owner is None or owner[0] is None or not ownership.moving(connection, row.uuid):
                return False
            self._promise(connection, ctx, row, owner[0], owner[1], key, arguments)
            return True

        return self._database.write(work)

    def _promise(
        self,
        connection: Connection,
        ctx: RequestContext,
        row: IndexRow,
        cell_uuid: str,
        epoch: int,
        key: str,
        arguments: dict[str, str],
    ) -> None:
        """The cell is told when it is back; until then the server is shown as going."""
        write.show_deleting(connection, row.uuid)
        endings.promise(
            connection,
            endings.DELETE,
            row.uuid,
            cell_uuid,
            epoch,
            key=key,
            moment=self._clock(),
            request={
                "request_id": ctx.request_id,
                "user_id": ctx.user_id or row.document["user_id"],
                "project_id": ctx.project_id or row.project_id,
                "arguments": arguments,
            },
        )


def _in_cell(connection: Connection, uuid: str) -> _Standing | None:
    """The usual case: it is built, so its owner does not change any more."""
    mapping, request = instance_mappings.c, build_requests_table.c
    query = (
        select(mapping.cell_uuid, mapping.epoch)
        .outerjoin_from(instance_mappings, build_requests_table, request.uuid == mapping.uuid)
        .where(mapping.uuid == uuid, request.uuid.is_(None), mapping.cell_uuid.is_not(None))
    )
    owner = connection.execute(query).first()
    return None if owner is None else _Standing(False, None, owner.cell_uuid, owner.epoch)


def _refuse_locked(ctx: RequestContext, row: IndexRow) -> None:
    """As the cell would: the owner's lock stops everybody but an administrator."""
    if row.document.get("locked_by") and not ctx.is_admin:
        raise Conflict(f"Instance {row.uuid} is locked")
