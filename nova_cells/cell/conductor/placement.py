# SPDX-License-Identifier: Apache-2.0
"""Puts instances on hosts and takes them off, all inside the caller's transaction.

Whoever places a member of a group with a hard rule holds the group's row: two placements can't both
pass.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection

from nova_cells.cell.conductor.claiming import Claiming, NoRoom, Place, Within
from nova_cells.cell.conductor.head import Head
from nova_cells.cell.conductor.host_state import HostState
from nova_cells.cell.db import claims, groups, instances
from nova_cells.cell.scheduler import (
    Ask,
    InvalidAsk,
    Settings,
    Trail,
    ask_from_spec,
    claimed_by,
    resources_of,
)
from nova_cells.journal.model import StepRefused
from nova_cells.journal.turn import Turn
from nova_cells.objects import Flavor, RequestSpec

DECIDED = "decided"
"""The argument of an operation that tells how its host was chosen."""


class Placement:
    """`claim` and `release` are the database steps operations are made of."""

    def __init__(self, hosts: HostState, settings: Settings) -> None:
        self._hosts = hosts
        self._claiming = Claiming(hosts, settings)

    def claim(self, turn: Turn) -> None:
        """Claim a host none of the earlier attempts used, and put the instance there."""
        head: Head = turn.subject
        spec = head.spec(turn.connection)
        if spec is None:
            raise StepRefused("The request this server was made from is gone.")
        host, node = self._booked(head) or self._find(turn, spec)
        turn.record.place = host
        _decided(turn, host, head.trail)
        head.set(host=host, node=node)

    def claim_elsewhere(
        self,
        turn: Turn,
        *,
        host: str | None = None,
        forced: bool = False,
        able: Collection[str] = (),
        spec: RequestSpec | None = None,
        or_here: bool = False,
    ) -> str:
        """Claim another host too, the best or a named one; the instance stays where it is for now.

        `forced`: no filter is asked but those of state and room. `able`: traits it must have.
        `spec`: what it is to be there, where that is another thing than it is. `or_here`: its own
        host will do as well, and is claimed what it lacks there.
        """
        head: Head = turn.subject
        spec = spec or head.spec(turn.connection)
        if spec is None:
            raise StepRefused("The request this server was made from is gone.")
        away_from = [*turn.record.arguments.get("tried", ())]
        away_from += [] if or_here else [head["host"]]
        ask = _ask(turn.connection, spec, _members(turn.connection, spec), away_from)
        ask = dataclasses.replace(
            ask,
            forced_host=host if forced else None,
            forced_node=None,
            requested_host=None if forced else host,
            requested_node=None,
            required_traits=ask.required_traits | frozenset(able),
        )
        if or_here:
            held = claims.held(turn.connection, spec.uuid, head["host"])
            ask = dataclasses.replace(ask, held_host=head["host"], held=held)
        within = Within(turn.connection, turn.notes, turn.now)
        name, _node = self._claiming.one(within, ask)
        _decided(turn, name, within.trails.get(ask.uuid, []))
        if spec.group:
            groups.add(turn.connection, spec.group.uuid, spec.uuid, name)
        return name

    def book(self, within: Within, specs: Sequence[RequestSpec]) -> list[Place | NoRoom]:
        """Claim hosts for new servers of one request, in one pass over the hosts."""
        first = specs[0]
        ask = _ask(within.connection, first, _members(within.connection, first), ())
        likes = [ask.like(spec.uuid) for spec in specs]
        places = self._claiming.many(within, likes)
        if first.group:
            found = zip(specs, places, strict=True)
            members = {s.uuid: place[0] for s, place in found if not isinstance(place, NoRoom)}
            groups.add_all(within.connection, first.group.uuid, members)
        return places

    def settle(self, turn: Turn, host: str, flavor: Flavor) -> None:
        """What it holds on a host is from now on no more than this size needs."""
        local_root = turn.subject["image_id"] is not None
        spec = turn.subject.spec(turn.connection)
        resources = resources_of(flavor, local_root=local_root)
        if spec is not None:
            resources = claimed_by(spec, flavor, local_root=local_root)
        if claims.shrink(turn.connection, turn.record.subject, host, resources, turn.now):
            self._hosts.changed(turn.connection, turn.notes, [host])

    def release(self, turn: Turn, *, host: str | None = None) -> None:
        """Give back all the instance holds, or what it holds on one host."""
        freed = claims.release(turn.connection, turn.record.subject, turn.now, host=host)
        if freed:
            self._hosts.changed(turn.connection, turn.notes, freed)

    def explain(self, connection: Connection, spec: RequestSpec) -> tuple[int, int, Trail]:
        """How many hosts there are, how many would do, and the trail; nothing is claimed."""
        group = groups.members(connection, spec.group.uuid, but=spec.uuid) if spec.group else {}
        return self._claiming.explain(_ask(connection, spec, group, ()))

    @staticmethod
    def _booked(head: Head) -> Place | None:
        """What was claimed for this first attempt together with others; it is good once."""
        booked, head.booked = head.booked, None
        return booked

    def _find(self, turn: Turn, spec: RequestSpec) -> Place:
        tried = turn.record.arguments.get("tried", ())
        ask = _ask(turn.connection, spec, _members(turn.connection, spec), tried)
        within = Within(turn.connection, turn.notes, turn.now)
        place = self._claiming.one(within, ask)
        turn.subject.trail = within.trails.get(ask.uuid, [])
        if spec.group:
            groups.add(turn.connection, spec.group.uuid, spec.uuid, place[0])
        return place


def _decided(turn: Turn, host: str, trail: Trail) -> None:
    turn.record.arguments[DECIDED] = {"host": host, "trail": trail, "at": turn.now}


def _members(connection: Connection, spec: RequestSpec) -> Mapping[str, int]:
    """The group's members by host; where its rule is a hard one, nobody else places now."""
    if not spec.group:
        return {}
    if spec.group.policy.startswith("soft-"):
        return groups.members(connection, spec.group.uuid, but=spec.uuid)
    return groups.lock(connection, spec.group, but=spec.uuid)


def _ask(
    connection: Connection, spec: RequestSpec, group: Mapping[str, int], tried: Iterable[str]
) -> Ask:
    try:
        return ask_from_spec(
            spec,
            hosts_of=lambda uuids: instances.hosts_of(connection, spec.project_id, uuids),
            group_hosts=group,
            excluded_hosts=tried,
        )
    except InvalidAsk as invalid:
        raise StepRefused(str(invalid)) from invalid
