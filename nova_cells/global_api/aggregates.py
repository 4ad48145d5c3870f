# SPDX-License-Identifier: Apache-2.0
"""Host aggregates and zones. Every change raises the generation of what routers push to cells.

A change after which a host were in two zones, or in another one than its servers were put into, is
refused as a whole (`ZoneClash`).
"""

from __future__ import annotations

import uuid as uuids
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from nova_cells.global_api.bundle_generation import generation, raise_generation
from nova_cells.global_api.cell_rules import CellRules
from nova_cells.global_api.db.tables.aggregates import aggregate_hosts, aggregates
from nova_cells.global_api.db.tables.cells import cells
from nova_cells.global_api.faults import BadRequest, Conflict, NotFound
from nova_cells.global_api.index.hosts import ZONE_KEY
from nova_cells.global_api.index.zones import settle
from nova_cells.objects import PolicyBundle
from nova_cells.runtime.clock import Clock, now
from nova_cells.runtime.db import Database

T = TypeVar("T")
_a = aggregates.c
_m = aggregate_hosts.c
_RULES = select(cells.c.uuid, cells.c.rules)


@dataclass(frozen=True)
class Aggregate:
    """One aggregate with its hosts."""

    id: int
    uuid: str
    name: str
    metadata: dict[str, str]
    hosts: tuple[str, ...]
    created_at: int
    updated_at: int | None

    @property
    def availability_zone(self) -> str | None:
        return self.metadata.get(ZONE_KEY)


class Aggregates:
    """The store of aggregates. `changed` is called after each change."""

    def __init__(
        self,
        database: Database,
        *,
        default_zone: str,
        clock: Clock = now,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._default_zone = default_zone
        self._clock = clock
        self._tell = changed

    def list(self) -> list[Aggregate]:
        """All aggregates by id."""
        return self._database.read(_all)

    def get(self, key: int) -> Aggregate:
        """One aggregate, or NotFound."""
        return self._database.read(lambda connection: _get(connection, key))

    def create(self, name: str, metadata: Mapping[str, str]) -> Aggregate:
        """A new one without hosts; Conflict if the name is taken."""

        def work(connection: Connection) -> Aggregate:
            values = {
                "uuid": str(uuids.uuid4()),
                "name": name,
                "metadata": dict(metadata),
                "created_at": self._clock(),
            }
            result = connection.execute(insert(aggregates).values(**values))
            assert result.inserted_primary_key is not None
            return _get(connection, result.inserted_primary_key[0])

        return self._changed(work, name)

    def update(
        self,
        key: int,
        *,
        name: str | None = None,
        metadata: Mapping[str, str | None] | None = None,
    ) -> Aggregate:
        """Set the name, set some metadata; what is set to None goes."""

        def work(connection: Connection) -> Aggregate:
            found = _get(connection, key)
            values: dict[str, Any] = {"updated_at": self._clock()}
            if name is not None:
                values["name"] = name
            if metadata is not None:
                merged = {**found.metadata, **metadata}
                values["metadata"] = {k: v for k, v in merged.items() if v is not None}
            connection.execute(update(aggregates).where(_a.id == key).values(**values))
            settle(connection, found.hosts, self._default_zone)
            return _get(connection, key)

        return self._changed(work, name or "")

    def delete(self, key: int) -> None:
        """Remove it; BadRequest while it has hosts."""

        def work(connection: Connection) -> None:
            if _get(connection, key).hosts:
                raise BadRequest(
                    f"Cannot delete aggregate {key}. Reason: Host aggregate is not empty."
                )
            connection.execute(delete(aggregates).where(_a.id == key))

        self._changed(work, "")

    def add_host(self, key: int, host: str) -> Aggregate:
        """Put a host in; Conflict if it is in already."""

        def work(connection: Connection) -> Aggregate:
            if host in _get(connection, key).hosts:
                raise Conflict(f"Aggregate {key} already has host {host}.")
            connection.execute(insert(aggregate_hosts).values(aggregate_id=key, host=host))
            return self._touched(connection, key, host)

        return self._changed(work, "")

    def remove_host(self, key: int, host: str) -> Aggregate:
        """Take a host out; NotFound if it is not in."""

        def work(connection: Connection) -> Aggregate:
            if host not in _get(connection, key).hosts:
                raise NotFound(f"Aggregate {key} has no host {host}.")
            connection.execute(
                delete(aggregate_hosts).where(_m.aggregate_id == key, _m.host == host)
            )
            return self._touched(connection, key, host)

        return self._changed(work, "")

    def forget_host(self, host: str) -> None:
        """Take a host that is no more out of all aggregates."""
        for aggregate in self.list():
            if host in aggregate.hosts:
                with suppress(NotFound):
                    self.remove_host(aggregate.id, host)

    def _touched(self, connection: Connection, key: int, host: str) -> Aggregate:
        connection.execute(update(aggregates).where(_a.id == key).values(updated_at=self._clock()))
        settle(connection, [host], self._default_zone)
        return _get(connection, key)

    def bundle(self) -> PolicyBundle:
        """All of it as a cell needs it."""
        return self._database.read(self._bundle)

    def generation(self) -> int:
        """Of the newest bundle; 0 before the first aggregate."""
        return self._database.read(generation)

    def _bundle(self, connection: Connection) -> PolicyBundle:
        documents = [
            {
                "id": each.id,
                "uuid": each.uuid,
                "name": each.name,
                "metadata": each.metadata,
                "hosts": list(each.hosts),
            }
            for each in _all(connection)
        ]
        return PolicyBundle(
            generation=generation(connection),
            default_zone=self._default_zone,
            aggregates=documents,
            host_limits=_host_limits(connection),
        )

    def _changed(self, work: Callable[[Connection], T], name: str) -> T:
        """Do `work` alone among all changes of aggregates, and raise the generation with it."""

        def alone(connection: Connection) -> T:
            raise_generation(connection)
            return work(connection)

        try:
            result = self._database.write(alone)
        except IntegrityError as error:
            raise Conflict(f"Aggregate {name} already exists.") from error
        self._tell()
        return result


def _host_limits(connection: Connection) -> dict[str, int]:
    rules = {uuid: CellRules.of(rules) for uuid, rules in connection.execute(_RULES)}
    return {uuid: rule.max_hosts for uuid, rule in rules.items() if rule.max_hosts is not None}


def _all(connection: Connection) -> list[Aggregate]:
    return _loaded(connection, connection.execute(select(aggregates).order_by(_a.id)).all())


def _get(connection: Connection, key: int) -> Aggregate:
    query = select(aggregates).where(_a.id == key)
    rows = connection.execute(query).all()
    if not rows:
        raise NotFound(f"Aggregate {key} could not be found.")
    return _loaded(connection, rows)[0]


def _loaded(connection: Connection, rows: Sequence[Any]) -> list[Aggregate]:
    members: dict[int, list[str]] = {row.id: [] for row in rows}
    query = select(_m.aggregate_id, _m.host).where(_m.aggregate_id.in_(members)).order_by(_m.host)
    for key, host in connection.execute(query):
        members[key].append(host)
    return [Aggregate(**row._mapping, hosts=tuple(members[row.id])) for row in rows]
