# SPDX-License-Identifier: Apache-2.0
"""What a user does to a server that exists: asked of its cell, seen in the index at once.

A cell that does not answer refuses at once what cannot wait; a delete, and changes of what only
describes, are taken down and done when the cell is back.
"""

from __future__ import annotations

import uuid as uuids
from typing import Any

from nova_cells.contracts import Refused, Unknown
from nova_cells.global_api.actions import OwnActions
from nova_cells.global_api.arrivals import Arrivals
from nova_cells.global_api.cells import CellDirectory
from nova_cells.global_api.faults import (
    ApiFault,
    CellUnavailable,
    Conflict,
    NotFound,
    ServerNotFound,
)
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.index.server_index import ServerIndex
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.queued_changes import QueuedChanges, may_wait, waiting
from nova_cells.global_api.refusals import fault_of, state_text
from nova_cells.global_api.router.cell_handle import NotAsked
from nova_cells.global_api.router.deletion import Deletion
from nova_cells.global_api.unplaced import Unplaced
from nova_cells.objects import ActionRecord, Console, Diagnostics, Instance
from nova_cells.runtime.context import RequestContext, current, use

_RETRY_AFTER = 10


class ServerCommands:
    """Each command takes the row the caller was shown and answers the document that is true now."""

    def __init__(
        self,
        index: ServerIndex,
        directory: CellDirectory,
        deletion: Deletion,
        unplaced: Unplaced,
        own_actions: OwnActions,
        queued: QueuedChanges,
        arrivals: Arrivals,
        *,
        timeout: float,
    ) -> None:
        self._index = index
        self._directory = directory
        self._deletion = deletion
        self._unplaced = unplaced
        self._own_actions = own_actions
        self._queued = queued
        self._arrivals = arrivals
        self._timeout = timeout

    def act(
        self,
        ctx: RequestContext,
        row: IndexRow,
        kind: str,
        arguments: dict[str, Any],
        *,
        key: str | None = None,
        called: str | None = None,
    ) -> dict[str, Any]:
        """Begin an operation: start, stop, reboot (arguments {"type": "SOFT" or "HARD"}) …

        `key` is its id, for callers that have to know it before; `called` what messages call it.
        """
        if row.cell_uuid is None:
            raise _not_placed(row, called or kind)
        told = {"kind": kind, "key": key or str(uuids.uuid4()), "arguments": arguments}
        return self._change(ctx, row, called or kind, "act", told)

    def amend(self, ctx: RequestContext, row: IndexRow, changes: dict[str, Any]) -> dict[str, Any]:
        """Set descriptive fields: name, hostname, description, metadata, tags, lock …

        What only describes is taken down where the cell does not answer, and told at its return.
        """
        if row.cell_uuid is None:
            amended = self._unplaced.amend(row.uuid, changes)
            if amended is not None:
                return amended
            row = self._placed(row)
        key = str(uuids.uuid4())
        patient = may_wait(changes)
        if patient and waiting(row):
            return self._queue(ctx, row, key, changes)
        try:
            return self._change(ctx, row, "update", "amend", {"key": key, "changes": changes})
        except CellUnavailable:
            if not patient:
                raise
            return self._queue(ctx, row, key, changes)

    def _change(
        self, ctx: RequestContext, row: IndexRow, action: str, method: str, told: dict[str, Any]
    ) -> dict[str, Any]:
        """Ask its cell; where it is another's by now, or will be in a moment, ask that one."""
        try:
            return self._asked_of(row, ctx, action, method, told)
        except ApiFault as fault:
            last = fault
        for owner in self._arrivals.after(row, last.__cause__):
            try:
                return self._asked_of(owner, ctx, action, method, told)
            except ApiFault as fault:
                last = fault
        raise last

    def _asked_of(
        self, row: IndexRow, ctx: RequestContext, action: str, method: str, told: dict[str, Any]
    ) -> dict[str, Any]:
        return self._seen(row, self._ask(ctx, row, action, method, epoch=row.epoch, **told))

    def _queue(
        self, ctx: RequestContext, row: IndexRow, key: str, changes: dict[str, Any]
    ) -> dict[str, Any]:
        try:
            return self._queued.put(ctx, row, key, changes)
        except Refused as refusal:
            raise fault_of(refusal, row.uuid, "update") from refusal

    def delete(self, ctx: RequestContext, row: IndexRow, *, force: bool = False) -> None:
        """Delete it, now or, where its cell does not answer, as soon as it does.

        `force`: for good, though deleted servers are kept for a while.
        """
        with use(ctx):
            self._deletion.delete(ctx, row, {"type": "FORCE"} if force else {})

    def current(self, row: IndexRow) -> IndexRow:
        """The row while its cell is heard of; else what the cell says, if it says anything."""
        if row.fresh or row.cell_uuid is None or row.deleted:
            return row
        cell = self._directory.get(row.cell_uuid)
        if cell is None:
            return row
        try:
            instance = cell.call("show", deadline=2.0, uuid=row.uuid)
        except (Refused, Unknown, NotAsked):
            return row
        self._index.apply([Head(instance.document(), row.cell_uuid, Instance.VERSION)])
        return self._index.get(row.uuid) or row

    def actions(self, row: IndexRow) -> list[ActionRecord]:
        """The server's actions, newest first, without events."""
        own = self._own_actions.of(row.uuid)
        if row.cell_uuid is None:
            return own
        try:
            told: list[ActionRecord] = self._ask(None, row, "actions", "actions")
        except ServerNotFound:
            return own
        return told

    def action(self, row: IndexRow, request_id: str) -> ActionRecord | None:
        """One action with its events; None if there is none of this request."""
        own = [each for each in self._own_actions.of(row.uuid) if each.request_id == request_id]
        if row.cell_uuid is None:
            return own[0] if own else None
        try:
            record: ActionRecord = self._ask(None, row, "actions", "action", request_id=request_id)
        except NotFound:
            return own[0] if own else None
        return record

    def console_output(self, row: IndexRow, lines: int) -> str:
        """The last lines of the serial console; -1 means all that is kept."""
        self._be_placed(row)
        text: str = self._ask(
            None, row, "get_console_output", "console_output", deadline=15.0, lines=lines
        )
        return text

    def console(self, row: IndexRow, kind: str) -> Console:
        """A URL for a console of this public type."""
        self._be_placed(row)
        made: Console = self._ask(
            None, row, f"get_{kind}_console", "console", deadline=15.0, kind=kind
        )
        return made

    def diagnostics(self, row: IndexRow) -> Diagnostics:
        """What the server uses now."""
        self._be_placed(row)
        found: Diagnostics = self._ask(None, row, "get_diagnostics", "diagnostics", deadline=15.0)
        return found

    def check(self, row: IndexRow, kind: str, variant: str | None = None) -> None:
        """Refuse what its state does not allow; nothing is begun. For what another service does
        first, or alone."""
        self._be_placed(row)
        arguments = {"type": variant} if variant else {}
        self._ask(None, row, kind, "allows", kind=kind, arguments=arguments)

    @staticmethod
    def _be_placed(row: IndexRow) -> None:
        if row.cell_uuid is None:
            raise Conflict(f"Instance {row.uuid} is not ready")

    def _ask(
        self,
        ctx: RequestContext | None,
        row: IndexRow,
        action: str,
        method: str,
        *,
        deadline: float | None = None,
        **arguments: Any,
    ) -> Any:
        cell = self._directory.get(row.cell_uuid)
        if cell is None:
            raise _unavailable(row)
        try:
            with use(ctx or current()):
                return cell.call(
                    method, deadline=deadline or self._timeout, uuid=row.uuid, **arguments
                )
        except Refused as refusal:
            raise fault_of(refusal, row.uuid, action) from refusal
        except (Unknown, NotAsked) as outcome:
            raise _unavailable(row) from outcome

    def _seen(self, row: IndexRow, instance: Instance) -> dict[str, Any]:
        document: dict[str, Any] = instance.document()
        self._index.apply([Head(document, row.cell_uuid, Instance.VERSION)])
        return document

    def _placed(self, row: IndexRow) -> IndexRow:
        """The row once a cell has it: a moment after its acceptance it may be on its way."""
        placed = self._unplaced.placed(row.uuid)
        if placed is None or placed.cell_uuid is None:
            raise _unavailable(row)
        return placed


def _not_placed(row: IndexRow, action: str) -> Conflict:
    state = row.document["vm_state"]
    return Conflict(state_text(row.uuid, action, "vm_state", state))


def _unavailable(row: IndexRow) -> CellUnavailable:
    return CellUnavailable(
        f"The cell of instance {row.uuid} does not answer. Try again later.", _RETRY_AFTER
    )
