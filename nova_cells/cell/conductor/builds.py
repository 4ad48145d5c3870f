# SPDX-License-Identifier: Apache-2.0
"""Takes charge of wished servers, or makes sure that one is never built here.

Idempotent by (uuid, epoch): the same wish again is answered with what became of it the first time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from nova_cells.cell.conductor.actions import Actions
from nova_cells.cell.conductor.addressing import Addressing, has
from nova_cells.cell.conductor.claiming import NO_VALID_HOST, NoRoom, Place, Within
from nova_cells.cell.conductor.head import Head, load
from nova_cells.cell.conductor.placement import Placement
from nova_cells.cell.db import addresses, instances, tombstones
from nova_cells.cell.scheduler import Trail
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.engine import Journal
from nova_cells.journal.model import StepRefused
from nova_cells.journal.record import Record
from nova_cells.journal.turn import Notes
from nova_cells.objects import BuildReply, CancelReply, Instance, RequestSpec
from nova_cells.objects.instance import shown

ROOT_DEVICE = "/dev/vda"
DIFFERENT = ("uuid", "epoch", "name", "hostname", "launch_index")
"""Fields in which the servers of one request differ."""
_TRIES = 3


class Builds:
    """`build` and `cancel` of the cell's interface."""

    def __init__(self, journal: Journal, actions: Actions, placement: Placement) -> None:
        self._journal = journal
        self._actions = actions
        self._placement = placement
        self._addressing: Addressing = journal.world.addressing
        self._served = journal.world.network is not None

    def build(self, spec: RequestSpec) -> BuildReply:
        """One wish: accepted with a head, or refused with the reason."""
        [answer] = self._build([spec], least=1, told=True)
        return answer.reply(told=True)

    def build_many(
        self, request: RequestSpec, servers: list[dict[str, Any]], least: int
    ) -> list[BuildReply]:
        """Wishes of one request: none is taken where there are places for fewer than `least`."""
        specs = [request.replace(**differences) for differences in servers]
        answers = self._build(specs, least=least, told=False)
        return [answer.reply(told=False) for answer in answers]

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

    def _build(self, specs: list[RequestSpec], *, least: int, told: bool) -> list[Answer]:
        """A wish arriving twice at a time meets its own row the second time."""
        documents = [spec.document() for spec in specs]
        for attempt in range(_TRIES):
            try:
                return self._journal.transact(
                    lambda c, n: self._take(c, n, specs, documents, least, told=told)
                )
            except TooFew as few:
                return few.answers
            except IntegrityError:
                if attempt == _TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    def _take(
        self,
        connection: Connection,
        notes: Notes,
        specs: list[RequestSpec],
        documents: list[dict[str, Any]],
        least: int,
        *,
        told: bool,
    ) -> list[Answer]:
        """Begin what is new here. Raises TooFew, and nothing may be committed, for too few."""
        now = self._journal.clock()
        answers = self._known(connection, specs, now)
        new = [spec for spec in specs if spec.uuid not in answers]
        if new:
            answers |= self._wired_places(Within(connection, notes, now), new)
        heads = {u: answer.head for u, answer in answers.items() if answer.head is not None}
        ordered = [answers[spec.uuid] for spec in specs]
        if len(heads) < least:
            room = len(heads)
            raise TooFew([answer.instead(_too_few(room, least), room) for answer in ordered])
        begun = [(_record(spec, now), heads[spec.uuid]) for spec in new if spec.uuid in heads]
        if begun:
            uuids = {record.subject for record, _head in begun}
            instances.add_specs(connection, [d for d in documents if d["uuid"] in uuids])
            self._journal.begin_all(connection, notes, begun, told=told)
        return ordered

    def _known(
        self, connection: Connection, specs: list[RequestSpec], now: int
    ) -> dict[str, Answer]:
        """What is here already, or must not be."""
        uuids = [spec.uuid for spec in specs]
        refused = tombstones.epochs_of(connection, uuids)
        found = instances.among(connection, uuids)
        answers: dict[str, Answer] = {}
        for spec in specs:
            if refused.get(spec.uuid, 0) >= spec.epoch:
                answers[spec.uuid] = Answer(spec, refusal=_tombstoned(spec))
            elif spec.uuid in found:
                answers[spec.uuid] = _again(Head(*found[spec.uuid]), spec)
            elif spec.deadline <= now:
                answers[spec.uuid] = Answer(spec, refusal=_LATE)
        return answers

    def _wired_places(self, within: Within, specs: list[RequestSpec]) -> dict[str, Answer]:
        """Addresses before hosts: whoever has a host's row locked keeps others waiting."""
        wishes = {spec.uuid: spec.networks for spec in specs if isinstance(spec.networks, list)}
        lent = {} if self._served else {uuid: wish for uuid, wish in wishes.items() if wish}
        wired = self._addressing.lend(within.connection, lent, within.now)
        refused = {u: what for u, what in wired.items() if isinstance(what, StepRefused)}
        fit = [spec for spec in specs if spec.uuid not in refused]
        answers = self._places(within, fit) if fit else {}
        for uuid, answer in answers.items():
            if answer.head is not None and uuid in wired:
                has(answer.head, wired[uuid])
        homeless = [u for u in wired.keys() - refused.keys() if answers[u].head is None]
        addresses.free_all(within.connection, homeless)
        turned_away = [spec for spec in specs if spec.uuid in refused]
        return answers | {s.uuid: Answer(s, refusal=refused[s.uuid]) for s in turned_away}

    def _places(self, within: Within, specs: list[RequestSpec]) -> dict[str, Answer]:
        try:
            places = self._placement.book(within, specs)
        except StepRefused as refusal:
            return {spec.uuid: Answer(spec, refusal=refusal) for spec in specs}
        found, like = zip(specs, places, strict=True), _common(specs[0])
        trails = within.trails
        return {
            spec.uuid: Answer(spec, refusal=place)
            if isinstance(place, NoRoom)
            else Answer(spec, head=_new_head(spec, like, place, trails.get(spec.uuid, [])))
            for spec, place in found
        }


@dataclass(frozen=True)
class Answer:
    """What becomes of one wish: a head, or why not."""

    spec: RequestSpec
    head: Head | None = None
    refusal: Refused | StepRefused | None = None
    room: int = 0

    def instead(self, refusal: StepRefused, room: int) -> Answer:
        """The same wish, refused with the others; a reason of its own is kept."""
        return Answer(self.spec, refusal=self.refusal or refusal, room=room)

    def reply(self, *, told: bool) -> BuildReply:
        """As it travels; `told`: with the head, else that comes by the feed."""
        if self.head is not None:
            instance = self.head.instance() if told else None
            return BuildReply(uuid=self.spec.uuid, accepted=True, instance=instance)
        refusal = self.refusal
        assert refusal is not None
        code = refusal.code if isinstance(refusal, Refused) else FaultCode.NO_VALID_HOST
        return BuildReply(
            uuid=self.spec.uuid,
            accepted=False,
            fault_code=str(code),
            message=refusal.message,
            trail=getattr(refusal, "trail", []),
            room=self.room,
        )


class TooFew(Exception):
    """Places for fewer than were wished at least: nobody gets one."""

    def __init__(self, answers: list[Answer]) -> None:
        super().__init__("too few places")
        self.answers = answers


_LATE = Refused(FaultCode.DEADLINE_PASSED, "The deadline of the build has passed.")


def _tombstoned(spec: RequestSpec) -> Refused:
    return Refused(FaultCode.TOMBSTONED, f"{spec.uuid} was cancelled or handed back here")


def _too_few(found: int, least: int) -> StepRefused:
    return StepRefused(NO_VALID_HOST, f"places for {found} of at least {least} servers")


def _new_head(spec: RequestSpec, like: dict[str, Any], place: Place, trail: Trail) -> Head:
    """The hosts claimed are locked by now, so what servers have in common is worked out once."""
    own = {name: getattr(spec, name) for name in DIFFERENT}
    if spec.volumes:
        own["volumes"] = [shown(volume) for volume in spec.volumes]
    head = Head({**like, **own}, spec=spec, fresh=True)
    head.booked, head.trail = place, trail
    return head


def _common(spec: RequestSpec) -> dict[str, Any]:
    instance: dict[str, Any] = Instance.from_spec(spec).document()
    if spec.image is not None or spec.volumes:
        instance["root_device_name"] = ROOT_DEVICE
    return instance


def _again(known: Head, spec: RequestSpec) -> Answer:
    if known["epoch"] == spec.epoch:
        return Answer(spec, head=known)
    code = FaultCode.STALE_EPOCH if known["epoch"] > spec.epoch else FaultCode.CONFLICT
    return Answer(spec, refusal=Refused(code, f"{spec.uuid} is here with epoch {known['epoch']}"))


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
