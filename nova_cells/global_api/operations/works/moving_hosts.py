# SPDX-License-Identifier: Apache-2.0
"""A host on its way to another cell. Whether it has arrived is asked before anything is sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, select

from nova_cells.contracts import FaultCode, Refused
from nova_cells.global_api.db.tables.migrations import migrations
from nova_cells.global_api.db.tables.server_index import server_index
from nova_cells.global_api.operations.work import Facts, GlobalTask, NotYet, Work, WorkRefused

REASON = "moves to another cell"
_BUSY, _ARRIVING = 1.0, 1.0
_ACTIVE, _RESIZED = "active", "resized"
_i, _m = server_index.c, migrations.c


def empty_host(task: GlobalTask) -> Facts:
    """Takes no new servers; those that are there go to other hosts of its cell, where asked for."""
    name, source = task.arguments["host"], task.arguments["source"]
    try:
        changes = {"enabled": False, "disabled_reason": REASON}
        task.ask(source, "update_host", name=name, changes=changes)
    except Refused as refused:
        if refused.code != FaultCode.HOST_NOT_FOUND:
            raise
        return {}  # it has left
    servers = task.around.database.read(lambda c: _standing(c, source, name))
    if not servers:
        return {}
    if not task.arguments.get("drain"):
        raise WorkRefused(f"{len(servers)} servers live on host {name}: move them, or --drain.")
    stuck = {uuid: why for uuid, *head in servers if (why := _send_on(task, source, uuid, *head))}
    told = "; ".join(f"{uuid}: {why}" for uuid, why in sorted(stuck.items())[:3])
    raise NotYet(_BUSY if len(stuck) < len(servers) else 5 * _BUSY, told or None)


def _standing(connection: Connection, cell: str, host: str) -> list[Any]:
    """Servers on a host, and those that have left it but may yet come back: uuid and head."""
    here = (_i.cell_uuid == cell, _i.deleted.is_(False))
    columns = (_i.uuid, _i.epoch, _i.revision, _i.vm_state, _i.task_state)
    left = select(_m.instance_uuid).where(
        _m.cell_uuid == cell, _m.source_compute == host, _m.status == "finished"
    )
    gone = (_i.vm_state == _RESIZED, _i.uuid.in_(left))
    query = select(*columns).where(*here, (_i.host == host) | (gone[0] & gone[1]))
    return [tuple(row) for row in connection.execute(query.order_by(_i.uuid))]


def _send_on(
    task: GlobalTask, cell: str, uuid: str, epoch: int, revision: int, state: str, busy: str | None
) -> str | None:
    """Begin what takes a server off its host; answers why that can't be."""
    if busy is not None:
        return None
    kind = {_ACTIVE: "live_migrate", _RESIZED: "confirm_resize"}.get(state, "migrate")
    # One attempt for each state it is found in: asked twice, it is the same operation.
    key = str(uuid5(UUID(task.operation), f"{uuid}/{epoch}/{revision}"))
    try:
        task.ask(cell, "act", uuid=uuid, epoch=epoch, kind=kind, key=key, arguments={})
    except Refused as refused:
        return refused.message
    return None


def send_host(task: GlobalTask) -> Facts:
    """Done when the other cell has it, and the one it was in has not."""
    name, source, to = (task.arguments[key] for key in ("host", "source", "to"))
    there = {record.name for record in task.ask(to, "hosts") if record.up}
    try:
        if name not in there:
            task.ask(source, "send_host", name=name, transport=task.arguments["transport"])
        else:
            task.ask(source, "delete_host", name=name)
    except Refused as refused:
        if refused.code == FaultCode.HOST_IN_USE and task.arguments.get("drain"):
            empty_host(task)  # what the index had not heard of yet
            raise NotYet(_BUSY, refused.message) from refused
        if refused.code != FaultCode.HOST_NOT_FOUND:
            raise
    if name not in there:
        raise NotYet(_ARRIVING, f"Host {name} has not registered there yet.")
    if not task.arguments.get("enabled", True):
        changes = {"enabled": False, "disabled_reason": task.arguments.get("reason")}
        task.ask(to, "update_host", name=name, changes=changes)
    return {}


def keep_host(task: GlobalTask) -> Facts:
    """It stays where it was, as it was; one that has left already goes on by itself."""
    name, source = task.arguments["host"], task.arguments["source"]
    enabled = task.arguments.get("enabled", True)
    changes = {"enabled": enabled, "disabled_reason": task.arguments.get("reason")}
    if task.ask(source, "keep_host", name=name):
        task.ask(source, "update_host", name=name, changes=changes)
    return {}


WORKS: dict[str, Work] = {
    "empty_host": empty_host,
    "send_host": send_host,
    "keep_host": keep_host,
}
