# SPDX-License-Identifier: Apache-2.0
"""Hosts of all cells as services and hypervisors show them. Changes go through the host's cell.

`up` is the cell's judgement, believed only while the cell itself is heard of.
"""

from __future__ import annotations

import uuid as uuids
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, or_, select

from nova_cells.contracts import FaultCode, Refused, Unknown
from nova_cells.global_api.cells import CellDirectory
from nova_cells.global_api.db.tables.host_index import host_index
from nova_cells.global_api.faults import (
    BadRequest,
    CellUnavailable,
    Conflict,
    MarkerNotFound,
    NotFound,
)
from nova_cells.global_api.index import hosts
from nova_cells.global_api.router.cell_handle import NotAsked
from nova_cells.objects import HostRecord
from nova_cells.runtime.db import Database

_h = host_index.c
_ROWS = select(_h.id, _h.uuid, _h.cell_uuid, _h.name, _h.zone, _h.up, _h.document).where(
    _h.deleted.is_(False)
)
_SERVICES = uuids.UUID("0b6a2f0e-54a3-4c0e-9d53-3f4f6d7c9f11")


@dataclass(frozen=True)
class HostRow:
    """One host. `id` is the number clients before 2.53 see."""

    id: int
    uuid: str
    cell_uuid: str
    name: str
    zone: str
    fresh: bool
    up: bool
    record: HostRecord


@dataclass(frozen=True)
class ServiceRow:
    """A service that is no host (a conductor). `last_seen` is an instant."""

    id: int
    uuid: str
    cell_uuid: str
    binary: str
    host: str
    fresh: bool
    up: bool
    last_seen: int


class HostIndex:
    """Reads of the host table, and the two changes the API has."""

    def __init__(self, database: Database, directory: CellDirectory, *, default_zone: str) -> None:
        self._database = database
        self._directory = directory
        self._default_zone = default_zone

    def list(self, *, name: str | None = None, pattern: str | None = None) -> list[HostRow]:
        """All hosts by id; those of a name; or those whose node name holds `pattern`."""
        query = _ROWS.order_by(_h.id)
        if name is not None:
            query = query.where(_h.name == name)
        if pattern is not None:
            query = query.where(_h.node.contains(pattern, autoescape=True))
        return self._read(query)

    def page(
        self, marker: str | None, limit: int, *, cell_uuid: str | None = None
    ) -> list[HostRow]:
        """By id, those behind the host of uuid or number `marker`, which may be gone by now."""
        query = _ROWS.order_by(_h.id).limit(limit)
        if cell_uuid is not None:
            query = query.where(_h.cell_uuid == cell_uuid)
        if marker is not None:
            known = select(_h.id).where(_is(marker))
            number = self._database.read(lambda connection: connection.execute(known).scalar())
            if number is None:
                raise MarkerNotFound(marker)
            query = query.where(_h.id > number)
        return self._read(query)

    def named(self, names: Collection[str]) -> list[HostRow]:
        """The hosts of these names, as far as they are known."""
        return self._read(_ROWS.where(_h.name.in_(sorted(names)))) if names else []

    def get(self, key: str | int) -> HostRow | None:
        """One host by uuid or by number."""
        rows = self._read(_ROWS.where(_is(key)))
        return rows[0] if rows else None

    def services(self) -> list[ServiceRow]:
        """What cells say of their other services."""
        return [
            _service(cell.uuid, cell.fresh, service)
            for cell in self._directory.all()
            for service in (cell.facts.services if cell.facts is not None else ())
            if service["binary"] != "nova-compute"
        ]

    def update(self, row: HostRow, changes: dict[str, Any]) -> HostRow:
        """Set enabled, disabled_reason or forced_down; the answer shows it."""
        record = self._ask(row, "update_host", name=row.name, changes=changes)
        return self._taken(row, record)

    def delete(self, row: HostRow) -> None:
        """Forget a host; Conflict while something is on it."""
        self._taken(row, self._ask(row, "delete_host", name=row.name))

    def _read(self, query: Select[Any]) -> list[HostRow]:
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return [self._row(row) for row in rows]

    def _row(self, row: Row[Any]) -> HostRow:
        fresh = self._directory.fresh(row.cell_uuid)
        return HostRow(
            id=row.id,
            uuid=row.uuid,
            cell_uuid=row.cell_uuid,
            name=row.name,
            zone=row.zone,
            fresh=fresh,
            up=row.up and fresh,
            record=HostRecord.from_document(row.document),
        )

    def _ask(self, row: HostRow, method: str, **arguments: Any) -> HostRecord:
        cell = self._directory.get(row.cell_uuid)
        if cell is None:
            raise NotFound(f"Compute host {row.name} could not be found.")
        try:
            record: HostRecord = cell.call(method, **arguments)
        except Refused as refusal:
            if refusal.code == FaultCode.HOST_NOT_FOUND:
                raise NotFound(f"Compute host {row.name} could not be found.") from refusal
            if refusal.code == FaultCode.INVALID:
                raise BadRequest(refusal.message) from refusal
            raise Conflict(refusal.message) from refusal
        except (Unknown, NotAsked) as outcome:
            raise CellUnavailable(f"The cell of host {row.name} does not answer.") from outcome
        return record

    def _taken(self, row: HostRow, record: HostRecord) -> HostRow:
        """The client sees its own write in its next read."""
        document = record.document()

        def work(connection: Connection) -> None:
            zone = self._default_zone
            hosts.take(connection, row.cell_uuid, document, record.revision, zone)

        self._database.write(work)
        return HostRow(**{**vars(row), "record": record, "up": record.up and row.fresh})


def _is(key: str | int) -> ColumnElement[bool]:
    number = int(key) if str(key).isdecimal() and len(str(key)) < 10 else -1
    return or_(_h.uuid == str(key), _h.id == number)


def _service(cell_uuid: str, fresh: bool, service: dict[str, Any]) -> ServiceRow:
    """Conductors have no row of their own: their ids are made from what they are."""
    uuid = uuids.uuid5(_SERVICES, f"{cell_uuid}/{service['binary']}/{service['host']}")
    return ServiceRow(
        id=zlib.crc32(uuid.bytes) & 0x3FFFFFFF | 0x40000000,
        uuid=str(uuid),
        cell_uuid=cell_uuid,
        binary=service["binary"],
        host=service["host"],
        fresh=fresh,
        up=fresh,
        last_seen=service["last_seen"],
    )
