# SPDX-License-Identifier: Apache-2.0
"""Finds a host for an instance and claims it, all inside one transaction.

The table in memory proposes; the conditional update on the host's row disposes. A host that refuses
is read again and the next is tried; nobody is turned away before the table has been brought up to
date.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np

from nova_cells.cell.conductor.head import Head
from nova_cells.cell.conductor.host_state import HostState
from nova_cells.cell.db import claims, groups, instances
from nova_cells.cell.scheduler import (
    Ask,
    InvalidAsk,
    NoValidHost,
    Selection,
    Settings,
    ask_from_spec,
    select,
)
from nova_cells.journal.model import StepRefused
from nova_cells.journal.turn import Turn
from nova_cells.objects import RequestSpec

LOG = logging.getLogger(__name__)
NO_VALID_HOST = "No valid host was found. There are not enough hosts available."
_CONFLICTS = 16
_ROUNDS = 8


class NoRoom(StepRefused):
    """Nothing in this cell can take it; `trail` lists the filters with the hosts each left."""

    def __init__(self, message: str, details: str, trail: list[Any]) -> None:
        super().__init__(message, details)
        self.trail = trail


class Placement:
    """`claim` and `release` are the database steps operations are made of."""

    def __init__(self, hosts: HostState, settings: Settings) -> None:
        self._hosts = hosts
        self._settings = settings
        self._random = np.random.default_rng()

    def claim(self, turn: Turn) -> None:
        """Claim a host none of the earlier attempts used, and put the instance there."""
        head: Head = turn.subject
        spec = head.spec(turn.connection)
        if spec is None:
            raise StepRefused("The request this server was made from is gone.")
        ask = self._ask(turn, spec, self._members(turn, spec))
        host, node = self._take(turn, ask)
        if spec.group:
            groups.add(turn.connection, spec.group.uuid, head.uuid, host)
        turn.record.place = host
        head.set(host=host, node=node)

    def release(self, turn: Turn, *, host: str | None = None) -> None:
        """Give back all the instance holds, or what it holds on one host."""
        freed = claims.release(turn.connection, turn.record.subject, turn.now, host=host)
        if freed:
            self._hosts.changed(turn.connection, turn.notes, freed)

    @staticmethod
    def _members(turn: Turn, spec: RequestSpec) -> Mapping[str, int]:
        """The group's members by host; where its rule is a hard one, nobody else places now."""
        if not spec.group:
            return {}
        if spec.group.policy.startswith("soft-"):
            return groups.members(turn.connection, spec.group.uuid)
        return groups.lock(turn.connection, spec.group)

    def _ask(self, turn: Turn, spec: RequestSpec, group: Mapping[str, int]) -> Ask:
        try:
            return ask_from_spec(
                spec,
                hosts_of=lambda uuids: instances.hosts_of(turn.connection, uuids),
                group_hosts=group,
                excluded_hosts=turn.record.arguments.get("tried", ()),
            )
        except InvalidAsk as invalid:
            raise StepRefused(str(invalid)) from invalid

    def _take(self, turn: Turn, ask: Ask) -> tuple[str, str]:
        for _round in range(_ROUNDS):
            taken = self._first_that_takes(turn, ask, self._propose(turn, ask))
            if taken is not None:
                return taken
        raise NoRoom(NO_VALID_HOST, "Every host proposed was taken by others.", [])

    def _propose(self, turn: Turn, ask: Ask) -> Selection:
        """From memory; from what the database says now before anybody is turned away."""
        try:
            return select(self._hosts.table, ask, self._settings, random=self._random)
        except NoValidHost:
            self._hosts.catch_up(turn.connection)()
        try:
            return select(self._hosts.table, ask, self._settings, random=self._random)
        except NoValidHost as refusal:
            if not self._hosts.table.pending_instances.any():
                raise self._no_room(refusal) from refusal
        try:
            fresh = self._hosts.table_of(claims.able(turn.connection, ask.resources))
            return select(fresh, ask, self._settings, random=self._random)
        except NoValidHost as refusal:
            raise self._no_room(refusal) from refusal

    def _first_that_takes(self, turn: Turn, ask: Ask, selection: Any) -> tuple[str, str] | None:
        for conflicts, candidate in enumerate(selection):
            if claims.take(
                turn.connection,
                turn.record.subject,
                candidate.name,
                candidate.shape_generation,
                ask.resources,
                turn.now,
            ):
                self._note(turn, candidate.name, ask.resources)
                return candidate.name, candidate.node
            self._hosts.read_again(turn.connection, candidate.name)
            if conflicts == _CONFLICTS:
                break
        return None

    def _note(self, turn: Turn, host: str, resources: Mapping[str, int]) -> None:
        """Later picks see this one at once, and not any more if the transaction is lost."""
        table = self._hosts.table
        table.claim(host, resources)
        turn.notes.lost.append(lambda: table.release(host, resources))
        turn.notes.after.append(lambda: table.settle(host, resources))

    def _no_room(self, refusal: NoValidHost) -> NoRoom:
        LOG.info("no host: %s", refusal.reason)
        return NoRoom(NO_VALID_HOST, refusal.reason, [list(step) for step in refusal.trail])
