# SPDX-License-Identifier: Apache-2.0
"""Claims hosts for asks inside one transaction: the table proposes, the host's row disposes.

A host that refuses is read again and others are tried; nobody is turned away before the table has
been brought up to date.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import Connection

from nova_cells.cell.conductor.host_state import HostState
from nova_cells.cell.db import claims
from nova_cells.cell.scheduler import (
    Ask,
    Candidate,
    NoValidHost,
    Selection,
    Settings,
    Trail,
    select,
    select_many,
)
from nova_cells.cell.scheduler.ask_from_spec import VOLUMES
from nova_cells.journal.model import StepRefused
from nova_cells.journal.turn import Notes

LOG = logging.getLogger(__name__)
NO_VALID_HOST = "No valid host was found. There are not enough hosts available."
NO_VOLUMES = (
    " Hosts that would do can't give servers volumes: nodes of bare metal boot from images only."
)
_CONFLICTS = 16
_ROUNDS = 8

Place = tuple[str, str]
"""A host and its node."""
Answer = Selection | NoValidHost


class NoRoom(StepRefused):
    """Nothing in this cell can take it; `trail` lists the filters with the hosts each left."""

    def __init__(self, message: str, details: str, trail: list[Any]) -> None:
        super().__init__(message, details)
        self.trail = trail


@dataclass(frozen=True)
class Within:
    """The transaction that claims; `trails`: by uuid of an ask, what the filters left of it."""

    connection: Connection
    notes: Notes
    now: int
    trails: dict[str, Trail] = field(default_factory=dict)


class Claiming:
    """`one` ask, or `many` in one pass over the table."""

    def __init__(self, hosts: HostState, settings: Settings) -> None:
        self._hosts = hosts
        self._settings = settings
        self._random = np.random.default_rng()

    def one(self, within: Within, ask: Ask) -> Place:
        """Claim the best host that takes it, or raise NoRoom."""
        for _round in range(_ROUNDS):
            proposed = self._propose(within, ask)
            taken = self._first_that_takes(within, ask, proposed)
            if taken is not None:
                within.trails[ask.uuid] = proposed.trail
                return taken
        raise NoRoom(NO_VALID_HOST, "Every host proposed was taken by others.", [])

    def explain(self, ask: Ask) -> tuple[int, int, Trail]:
        """How many hosts the table has, how many would do, and what each filter left."""
        table = self._hosts.table
        try:
            selection = select(table, ask, self._settings)
        except NoValidHost as refusal:
            return refusal.hosts, 0, refusal.trail
        return len(table), selection.count, selection.trail

    def many(self, within: Within, asks: Sequence[Ask]) -> list[Place | NoRoom]:
        """For each ask the host claimed, or why there is none. Members of a group see each other.

        One conditional update a host takes all that goes there, hosts in the order of their names.
        """
        places: dict[str, Place] = {}
        left, answers = list(asks), self._first_answers(within, asks)
        for _round in range(_ROUNDS):
            placed, full = self._take_each(within, left, answers, places)
            places |= placed
            left = _with_members([ask for ask in left if ask.uuid not in places], placed, full)
            if not left or not any(isinstance(answer, Selection) for answer in answers):
                break
            answers = self._select(left)
        else:
            self._forget(left, answers)
        found: dict[str, Place | NoRoom] = {**places, **self._last(within, left, answers, places)}
        return [found[ask.uuid] for ask in asks]

    def _select(self, asks: Sequence[Ask]) -> list[Answer]:
        return select_many(self._hosts.table, asks, self._settings, random=self._random)

    def _first_answers(self, within: Within, asks: Sequence[Ask]) -> list[Answer]:
        """From memory; from what the database says now if that leaves out anybody.

        Only here, before anything is written: what a transaction reads of its own writes must not
        be taken for what is committed.
        """
        answers = self._select(asks)
        if all(isinstance(answer, Selection) for answer in answers):
            return answers
        self._forget(asks, answers)
        self._hosts.catch_up(within.connection)()
        return self._select(asks)

    def _forget(self, asks: Sequence[Ask], answers: Sequence[Answer]) -> None:
        """Take back in the table what nothing was done about."""
        for ask, answer in zip(asks, answers, strict=True):
            if isinstance(answer, Selection):
                self._hosts.table.release(next(answer).name, ask.resources)

    def _take_each(
        self,
        within: Within,
        asks: Sequence[Ask],
        answers: Sequence[Answer],
        before: Mapping[str, Place],
    ) -> tuple[dict[str, Place], frozenset[str]]:
        """What was claimed, and the hosts not to be asked again."""
        chosen: dict[Candidate, list[Ask]] = {}
        for ask, answer in zip(asks, answers, strict=True):
            if isinstance(answer, Selection):
                chosen.setdefault(next(answer), []).append(ask)
                within.trails[ask.uuid] = answer.trail
        mine = {host for host, _node in before.values()}
        places: dict[str, Place] = {}
        full: set[str] = set()
        for host in sorted(chosen, key=lambda candidate: candidate.name):
            if self._take_all(within, host, chosen[host]):
                places |= {ask.uuid: (host.name, host.node) for ask in chosen[host]}
            elif host.name in mine:
                full.add(host.name)
            else:
                self._hosts.read_again(within.connection, host.name)
        return places, frozenset(full)

    def _take_all(self, within: Within, host: Candidate, asks: Sequence[Ask]) -> bool:
        """All that one pass wants of one host; in the table it is claimed already."""
        uuids, each = [ask.uuid for ask in asks], asks[0].resources
        taken = claims.take_all(
            within.connection, uuids, host.name, host.shape_generation, each, within.now
        )
        for _uuid in uuids:
            if taken:
                self._remember(within.notes, host.name, each)
            else:
                self._hosts.table.release(host.name, each)
        return taken

    def _last(
        self,
        within: Within,
        asks: Sequence[Ask],
        answers: Sequence[Answer],
        places: Mapping[str, Place],
    ) -> dict[str, Place | NoRoom]:
        """The rest: what others have only proposed may still be had, else there is no room."""
        found: dict[str, Place | NoRoom] = {}
        if not asks:
            return found
        reason = next((a for a in answers if isinstance(a, NoValidHost)), NoValidHost([]))
        others = self._hosts.table.pending_instances.sum() > len(places)
        for ask in asks:
            place = self._from_others(within, ask) if others else None
            others = place is not None
            found[ask.uuid] = place or self._no_room(reason, ask)
            asks = _with_members(asks, {ask.uuid: place} if place else {})
        return found

    def _from_others(self, within: Within, ask: Ask) -> Place | None:
        fresh = self._hosts.table_of(claims.able(within.connection, ask.resources))
        try:
            selection = select(fresh, ask, self._settings, random=self._random)
        except NoValidHost:
            return None
        for host in selection:
            self._hosts.table.claim(host.name, ask.resources)
            if self._take_all(within, host, [ask]):
                return host.name, host.node
        return None

    def _propose(self, within: Within, ask: Ask) -> Selection:
        """From memory; from what the database says now before anybody is turned away."""
        try:
            return select(self._hosts.table, ask, self._settings, random=self._random)
        except NoValidHost:
            self._hosts.catch_up(within.connection)()
        try:
            return select(self._hosts.table, ask, self._settings, random=self._random)
        except NoValidHost as refusal:
            if not self._hosts.table.pending_instances.any():
                raise self._no_room(refusal, ask) from refusal
            reason = refusal
        try:
            fresh = self._hosts.table_of(claims.able(within.connection, ask.resources))
            return select(fresh, ask, self._settings, random=self._random)
        except NoValidHost as refusal:
            raise self._no_room(reason, ask) from refusal

    def _first_that_takes(self, within: Within, ask: Ask, selection: Selection) -> Place | None:
        for conflicts, candidate in enumerate(selection):
            if candidate.name == ask.held_host:
                if self._grows(within, ask, candidate):
                    return candidate.name, candidate.node
            elif claims.take(
                within.connection,
                ask.uuid,
                candidate.name,
                candidate.shape_generation,
                ask.resources,
                within.now,
            ):
                self._hosts.table.claim(candidate.name, ask.resources)
                self._remember(within.notes, candidate.name, ask.resources)
                return candidate.name, candidate.node
            self._hosts.read_again(within.connection, candidate.name)
            if conflicts == _CONFLICTS:
                break
        return None

    def _grows(self, within: Within, ask: Ask, home: Candidate) -> bool:
        """Take of the host it is on what it lacks there."""
        grown = claims.grow(
            within.connection,
            ask.uuid,
            home.name,
            home.shape_generation,
            ask.of(home.name),
            within.now,
        )
        if grown:
            self._hosts.changed(within.connection, within.notes, [home.name])
        return grown

    def _remember(self, notes: Notes, host: str, resources: Mapping[str, int]) -> None:
        """Later picks see this one at once, and not any more if the transaction is lost."""
        table = self._hosts.table
        notes.lost.append(lambda: table.release(host, resources))
        notes.after.append(lambda: table.settle(host, resources))

    def _no_room(self, refusal: NoValidHost, ask: Ask) -> NoRoom:
        LOG.info("no host: %s", refusal.reason)
        message = NO_VALID_HOST + (NO_VOLUMES if self._lack_volumes(ask) else "")
        return NoRoom(message, refusal.reason, [list(step) for step in refusal.trail])

    def _lack_volumes(self, ask: Ask) -> bool:
        """Whether hosts would do, but for the volumes that it is to have."""
        if VOLUMES not in ask.required_traits:
            return False
        bare = dataclasses.replace(ask, required_traits=ask.required_traits - {VOLUMES})
        try:
            select(self._hosts.table, bare, self._settings, random=self._random)
        except NoValidHost:
            return False
        return True


def _with_members(
    asks: Sequence[Ask], placed: Mapping[str, Place], full: frozenset[str] = frozenset()
) -> list[Ask]:
    """Asks of one request, told where its members are by now and what is full."""
    if not asks or not (full or (placed and asks[0].group)):
        return list(asks)
    members = dict(asks[0].group_hosts)
    for host, _node in placed.values():
        members[host] = members.get(host, 0) + 1
    excluded = asks[0].excluded_hosts | full
    return [dataclasses.replace(a, group_hosts=members, excluded_hosts=excluded) for a in asks]
