# SPDX-License-Identifier: Apache-2.0
"""How a server ends that no cell has: in ERROR, readably, or deleted.

These work inside a transaction of the caller. Both raise the epoch, so whatever a cell still says
about an older one is not heard any more.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from nova_cells.global_api.db.tables.operations import journal
from nova_cells.global_api.index import write
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.router import build_requests
from nova_cells.global_api.router.build_requests import BuildRequest
from nova_cells.global_api.volumes import holds as volume_holds
from nova_cells.journal.record import Record
from nova_cells.journal.store import JournalStore
from nova_cells.objects import Fault
from nova_cells.runtime.clock import seconds

STORE = JournalStore(journal)
CANCEL = "cancel"
DELETE = "delete"
AMEND = "amend"
BUILD = "build"
ROUTING = "routing"
"""Not work: a closed row that keeps what cells said that would not have a server."""
_YEAR = seconds(365 * 24 * 3600)


def give_up(
    connection: Connection, request: BuildRequest, message: str, details: str, moment: int
) -> None:
    """The server goes to ERROR, on the global side; its quota stays held until it is deleted."""
    found = write.document(connection, request.uuid)
    if found is None:
        return
    fault = Fault(code=500, message=message, details=details or None, created_at=moment)
    found.update(vm_state="error", task_state=None, fault=fault.document(), updated_at=moment)
    _replace(connection, found, request.epoch + 1)
    build_requests.drop(connection, [request.uuid])
    spec = request.spec["document"]
    STORE.add(
        connection,
        Record(
            id=f"{BUILD}/{request.uuid}/{request.epoch}",
            kind=BUILD,
            kind_version=1,
            action="create",
            subject=request.uuid,
            epoch=request.epoch,
            open=False,
            result="failed",
            deadline=request.deadline,
            started_at=request.created_at,
            updated_at=moment,
            finished_at=moment,
            request_id=spec["request_id"],
            user_id=spec["user_id"],
            project_id=spec["project_id"],
            message=message,
            details=details or None,
        ),
    )


def keep_refusals(connection: Connection, request: BuildRequest, moment: int) -> None:
    """Another cell is asked: what the ones before said outlives the request."""
    key = f"{ROUTING}/{request.uuid}"
    known = STORE.get(connection, key, lock=True)
    if known is not None:
        known.arguments = {"attempts": request.attempts}
        known.updated_at = moment
        STORE.update(connection, known)
        return
    spec = request.spec["document"]
    record = Record(
        id=key,
        kind=ROUTING,
        kind_version=1,
        action="schedule",
        subject=request.uuid,
        epoch=request.epoch,
        open=False,
        result="done",
        deadline=request.deadline,
        started_at=request.created_at,
        updated_at=moment,
        finished_at=moment,
        arguments={"attempts": request.attempts},
        **{name: spec[name] for name in ("request_id", "user_id", "project_id")},
    )
    STORE.add(connection, record)


def refusals_kept(connection: Connection, uuid: str) -> list[dict[str, Any]]:
    """The attempts of a request that is over, as they were in it."""
    record = STORE.get(connection, f"{ROUTING}/{uuid}")
    return [] if record is None else list(record.arguments["attempts"])


def fail_returned(connection: Connection, document: dict[str, Any], moment: int) -> None:
    """A cell gave back a server that nobody waits for: it ends in ERROR, without a cell."""
    found = write.document(connection, document["uuid"])
    if found is None or found.get("deleted_at") is not None:
        return
    if found["epoch"] != document["epoch"]:
        return
    fault = document.get("fault") or found.get("fault")
    found.update(vm_state="error", task_state=None, fault=fault, host=None, node=None)
    found.update(updated_at=moment)
    _replace(connection, found, found["epoch"] + 1)


def entomb(connection: Connection, uuid: str, moment: int) -> None:
    """The server is gone, and no cell has it: the index keeps its tombstone, its quota is free."""
    build_requests.drop(connection, [uuid])
    found = write.document(connection, uuid)
    if found is None or found.get("deleted_at") is not None:
        return
    found.update(vm_state="deleted", task_state=None, power_state=0, host=None, node=None)
    found.update(updated_at=moment, terminated_at=moment, deleted_at=moment)
    volume_holds.ended(connection, uuid, found["volumes"], moment)
    _replace(connection, found, found["epoch"] + 1)


def _replace(connection: Connection, document: dict[str, Any], epoch: int) -> None:
    document["epoch"] = max(epoch, document["epoch"] + 1)
    document["revision"] = 1
    build_requests.own(connection, document["uuid"], None, document["epoch"])
    write.apply(connection, [Head(document, None)])


def promise_cancel(connection: Connection, request: BuildRequest, moment: int) -> None:
    """Nobody knows what the request's cell did, or it is not wanted: have it undone there."""
    if request.cell_uuid is None:
        return
    spec = request.spec["document"]
    promise(
        connection,
        CANCEL,
        request.uuid,
        request.cell_uuid,
        request.epoch,
        key=f"cancel/{request.uuid}/{request.epoch}",
        moment=moment,
        request={name: spec[name] for name in ("request_id", "user_id", "project_id")},
    )


def promise(
    connection: Connection,
    kind: str,
    uuid: str,
    cell_uuid: str,
    epoch: int,
    *,
    key: str,
    moment: int,
    request: dict[str, Any],
) -> None:
    """Write down that a cell is to be told; `key` is the operation's id there as here."""
    if STORE.get(connection, key) is not None:
        return
    STORE.add(
        connection,
        Record(
            id=key,
            kind=kind,
            kind_version=1,
            action="update" if kind == AMEND else "delete",
            subject=uuid,
            epoch=epoch,
            place=cell_uuid,
            wake_at=moment,
            deadline=moment + _YEAR,
            started_at=moment,
            updated_at=moment,
            **request,
        ),
    )
