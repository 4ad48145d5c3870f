# SPDX-License-Identifier: Apache-2.0
"""Claims hosts for asks inside one transaction: the table proposes, the host's row disposes.

A host that refuses is read again and others are tried; nobody is turned away before the table has
been brought up to date.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    select,
    select_many,
)
from nova_cells.journal.model import StepRefused
from nova_cells.journal.turn import Notes

LOG = logging.getLogger(__name__)
NO_VALID_HOST = "No valid host was found. There are not enough hosts available."
_CONFLICTS = 16
_ROUNDS = 8

Place = tuple[str, str]
"""A host and its node."""


class NoRoom(StepRefused):
    """Nothing in this cell can take it; `trail` lists the filters with the hosts each left."""

    def __init__(self, message: str, details: str, trail: list[Any]) -> None:
        super().__init__(message, details)
        self.trail = trail


@dataclass(frozen=True)
class Within:
    """The transaction that claims."""

    connection: Connection
    notes: Notes
    now: int


class Claiming:
    """`one` ask, or `many` in one pass over the table."""

    def __init__(self, hosts: HostState, settings: Settings) -> None:
        self._hosts = hosts
        self._settings = settings
        self._random = np.random.default_rng()

    def one(self, within: Within, ask: Ask) -> Place:
        """Claim the best host that takes it, or raise NoRoom."""
        for _round in range(_ROUNDS):
            taken = self._first_that_takes(within, ask, self._propose(within, ask))
            if taken is not None:
                return taken
        raise NoRoom(NO_VALID_HOST, "Every host proposed was taken by others.", [])

    def many(self, within: Within, asks: Sequence[Ask]) -> list[Place | NoRoom]:
        """For each ask the host claimed, or why there is none. Members of a group see each other.

        One conditional update a host takes all that goes there, hosts in the order of their names.
        """
        places: dict[str, Place] = {}
        left = list(asks)
        for _round in range(_ROUNDS):
            if not left:
                break
            placed = self._pass(within, left)
            places |= placed
            left = _with_members([ask for ask in left if ask.uuid not in places], placed)
            if not placed:
                break
        answers: dict[str, Place | NoRoom] = {**places, **self._singly(within, left)}
        return [answers[ask.uuid] for ask in asks]

    def _pass(self, within: Within, asks: Sequence[Ask]) -> dict[str, Place]:
        answers = select_many(self._hosts.table, asks, self._settings, random=self._random)
        chosen: dict[Any, list[tuple[Ask, Candidate]]] = {}
        for ask, answer in zip(asks, answers, strict=True):
            if isinstance(answer, Selection):
                first = next(answer)
                kind = first.name, first.shape_generation, tuple(sorted(ask.resources.items()))
                chosen.setdefault(kind, []).append((ask, first))
        places: dict[str, Place] = {}
        for kind in sorted(chosen):
            if self._take_all(within, chosen[kind]):
                places |= {ask.uuid: (first.name, first.node) for ask, first in chosen[kind]}
        return places

    def _take_all(self, within: Within, chosen: list[tuple[Ask, Candidate]]) -> bool:
        """All that one pass wants of one host; in the table it is claimed already."""
        ask, host = chosen[0]
        uuids = [each.uuid for each, _host in chosen]
        taken = claims.take_all(
            within.connection, uuids, host.name, host.shape_generation, ask.resources, within.now
        )
        for _uuid in uuids:
            if taken:
                self._remember(within.notes, host.name, ask.resources)
            else:
                self._hosts.table.release(host.name, ask.resources)
        if not taken:
            self._hosts.read_again(within.connection, host.name)
        return taken

    def _singly(self, within: Within, asks: Sequence[Ask]) -> dict[str, Place | NoRoom]:
        """The rest, each with a fresh read; where one finds no room its likes find none either."""
        answers: dict[str, Place | NoRoom] = {}
        refused: NoRoom | None = None
        while asks:
            ask, asks = asks[0], asks[1:]
            if refused is not None:
                answers[ask.uuid] = refused
                continue
            try:
                place = answers[ask.uuid] = self.one(within, ask)
                asks = _with_members(asks, {ask.uuid: place})
            except NoRoom as no_room:
                answers[ask.uuid] = refused = no_room
        return answers

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
                raise self._no_room(refusal) from refusal
        try:
            fresh = self._hosts.table_of(claims.able(within.connection, ask.resources))
            return select(fresh, ask, self._settings, random=self._random)
        except NoValidHost as refusal:
            raise self._no_room(refusal) from refusal

    def _first_that_takes(self, within: Within, ask: Ask, selection: Selection) -> Place | None:
        for conflicts, candidate in enumerate(selection):
            if claims.take(
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

    def _remember(self, notes: Notes, host: str, resources: Mapping[str, int]) -> None:
        """Later picks see this one at once, and not any more if the transaction is lost."""
        table = self._hosts.table
        notes.lost.append(lambda: table.release(host, resources))
        notes.after.append(lambda: table.settle(host, resources))

    def _no_room(self, refusal: NoValidHost) -> NoRoom:
        LOG.info("no host: %s", refusal.reason)
        return NoRoom(NO_VALID_HOST, refusal.reason, [list(step) for step in refusal.trail])


def _with_members(asks: Sequence[Ask], placed: Mapping[str, Place]) -> list[Ask]:
    """Of asks of one group: where its members are by now."""
    if not placed or not asks or asks[0].group is None:
        return list(asks)
    members = dict(asks[0].group_hosts)
    for host, _node in placed.values():
        members[host] = members.get(host, 0) + 1
    return [dataclasses.replace(ask, group_hosts=members) for ask in asks]
