# SPDX-License-Identifier: Apache-2.0
"""Takes charge of wished servers, or makes sure that one is never built here.

Idempotent by (uuid, epoch): the same wish again is answered with what became of it the first time.
"""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from nova_cells.cell.conductor.actions import Actions
from nova_cells.cell.conductor.head import Head, load
from nova_cells.cell.conductor.placement import NoRoom
from nova_cells.cell.db import instances, tombstones
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.engine import Journal
from nova_cells.journal.model import StepRefused
from nova_cells.journal.record import Record
from nova_cells.journal.turn import Notes
from nova_cells.objects import BuildReply, CancelReply, Instance, RequestSpec

LOG = logging.getLogger(__name__)
ROOT_DEVICE = "/dev/vda"
_TRIES = 3


class Builds:
    """`build` and `cancel` of the cell's interface."""

    def __init__(self, journal: Journal, actions: Actions) -> None:
        self._journal = journal
        self._actions = actions

    def build(self, spec: RequestSpec) -> BuildReply:
        """One wish: accepted with a head, or refused with the reason."""
        try:
            head = self._build_once_more(spec)
        except NoRoom as refusal:
            return _refused(spec, FaultCode.NO_VALID_HOST, refusal.message, refusal.trail)
        except StepRefused as refusal:
            return _refused(spec, FaultCode.NO_VALID_HOST, refusal.message, [])
        except Refused as refusal:
            return _refused(spec, refusal.code, refusal.message, [])
        return BuildReply(uuid=spec.uuid, accepted=True, instance=head.instance())

    def cancel(self, uuid: str, epoch: int, key: str) -> CancelReply:
        """A tombstone in any case, and a delete where it is here already."""
        head = self._journal.transact(lambda c, notes: self._entomb(c, uuid, epoch))
        if head is None:
            return CancelReply(uuid=uuid, state="absent")
        try:
            instance = self._actions.act(uuid, head["epoch"], "delete", key, {}, forced=True)
        except Refused as refusal:
            if refusal.code != FaultCode.INSTANCE_NOT_FOUND:
                raise
            return CancelReply(uuid=uuid, state="absent")  # handed back in between
        return CancelReply(uuid=uuid, state="deleting", instance=instance)

    def _entomb(self, connection: Connection, uuid: str, epoch: int) -> Head | None:
        head = load(connection, uuid, lock=True)
        if head is not None and head["epoch"] > epoch:
            raise Refused(FaultCode.STALE_EPOCH, f"{uuid} has epoch {head['epoch']} here")
        tombstones.put(connection, uuid, epoch, self._journal.clock())
        return head

    def _build_once_more(self, spec: RequestSpec) -> Head:
        """The same wish arriving twice at a time meets its own row the second time."""
        document = spec.document()
        for attempt in range(_TRIES):
            try:
                return self._journal.transact(
                    lambda c, notes: self._build(c, notes, spec, document)
                )
            except IntegrityError:
                if attempt == _TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    def _build(
        self, connection: Connection, notes: Notes, spec: RequestSpec, document: dict[str, Any]
    ) -> Head:
        now = self._journal.clock()
        tombstone = tombstones.epoch_of(connection, spec.uuid)
        if tombstone is not None and tombstone >= spec.epoch:
            raise Refused(FaultCode.TOMBSTONED, f"{spec.uuid} was cancelled or handed back here")
        known = load(connection, spec.uuid)
        if known is not None:
            return _again(known, spec)
        if spec.deadline <= now:
            raise Refused(FaultCode.DEADLINE_PASSED, "The deadline of the build has passed.")
        head = _new_head(spec)
        instances.add_spec(connection, spec.uuid, document)
        self._journal.begin(connection, notes, _record(spec, now), head)
        return head


def _new_head(spec: RequestSpec) -> Head:
    instance = Instance.from_spec(spec).document()
    if spec.image is not None:
        instance["root_device_name"] = ROOT_DEVICE
    return Head(instance, spec=spec, fresh=True)


def _again(known: Head, spec: RequestSpec) -> Head:
    if known["epoch"] == spec.epoch:
        return known
    code = FaultCode.STALE_EPOCH if known["epoch"] > spec.epoch else FaultCode.CONFLICT
    raise Refused(code, f"{spec.uuid} is here with epoch {known['epoch']}")


def _record(spec: RequestSpec, now: int) -> Record:
    return Record(
        id=f"build/{spec.uuid}/{spec.epoch}",
        kind="build",
        kind_version=1,
        action="create",
        subject=spec.uuid,
        epoch=spec.epoch,
        deadline=spec.deadline,
        started_at=now,
        updated_at=now,
        request_id=spec.request_id,
        user_id=spec.user_id,
        project_id=spec.project_id,
    )


def _refused(spec: RequestSpec, code: FaultCode, message: str, trail: list[Any]) -> BuildReply:
    return BuildReply(
        uuid=spec.uuid, accepted=False, fault_code=str(code), message=message, trail=trail
    )
