# SPDX-License-Identifier: Apache-2.0
"""Fills the index for a cell it knows nothing of: one that was added with hosts and servers in it.

A cell's feed tells changes only, so what was told before the index existed is asked for, once.
"""

from __future__ import annotations

import logging

from sqlalchemy import Connection, select

from nova_cells.contracts import Outcome
from nova_cells.global_api.cells import CellDirectory
from nova_cells.global_api.db.tables.host_index import host_index
from nova_cells.global_api.index import hosts, migrations, write
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.router.cell_handle import CellHandle
from nova_cells.objects import FeedItem, HostRecord, Instance, Migration
from nova_cells.runtime.db import Database
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)

_PAGE = 200


class Adoption:
    """A router's loop. A cell is looked at once in the life of a process."""

    def __init__(
        self, database: Database, directory: CellDirectory, *, interval: float, default_zone: str
    ) -> None:
        self._database = database
        self._directory = directory
        self._default_zone = default_zone
        self._seen: set[str] = set()
        self._loop = Periodic("adoption", interval, self.round)

    def start(self) -> None:
        self._loop.start()

    def stop(self) -> None:
        self._loop.stop()

    def round(self) -> None:
        """Look at cells that answer for the first time."""
        self._seen.intersection_update([cell.uuid for cell in self._directory.all()])
        for cell in self._directory.all():
            if cell.uuid in self._seen or not cell.known or not cell.answers:
                continue
            try:
                if not self._database.read(lambda c, uuid=cell.uuid: _has_hosts(c, uuid)):
                    self.adopt(cell)
                self._seen.add(cell.uuid)
            except Outcome as outcome:
                LOG.warning("Cell %s could not be read into the index: %s", cell.name, outcome)

    def adopt(self, cell: CellHandle) -> int:
        """Take all its hosts and servers; answers how many servers."""
        return take_all(self._database, cell, self._default_zone)


def take_all(database: Database, cell: CellHandle, default_zone: str) -> int:
    """All hosts, servers and migrations of a cell, as far as they are newer than what is known."""
    records = cell.call("hosts")
    if records:
        database.write(lambda c: _take_hosts(c, cell.uuid, records, default_zone))
    number, after = 0, ""
    while page := cell.call("heads", after=after, limit=_PAGE):
        heads = [Head(each.document(), cell.uuid, Instance.VERSION) for each in page]
        database.write(lambda connection, heads=heads: write.apply(connection, heads))
        number, after = number + len(page), page[-1].uuid
    _take_migrations(database, cell)
    if records or number:
        LOG.info("Cell %s: %d hosts, %d servers read", cell.name, len(records), number)
    return number


def _take_migrations(database: Database, cell: CellHandle) -> None:
    after = ""
    while page := cell.call("migrations", after=after, limit=_PAGE):
        items = [_item(each) for each in page]
        database.write(lambda c, items=items: _apply(c, cell.uuid, items))
        after = page[-1].uuid


def _take_hosts(
    connection: Connection, cell_uuid: str, records: list[HostRecord], default_zone: str
) -> None:
    for record in records:
        document = record.document()
        hosts.take(connection, cell_uuid, document, record.revision, default_zone)


def _apply(connection: Connection, cell_uuid: str, items: list[FeedItem]) -> None:
    for item in items:
        migrations.apply(connection, cell_uuid, item)


def _item(migration: Migration) -> FeedItem:
    return FeedItem(
        kind="migration",
        key=migration.uuid,
        revision=migration.revision,
        document=migration.document(),
    )


def _has_hosts(connection: Connection, cell_uuid: str) -> bool:
    query = select(host_index.c.id).where(host_index.c.cell_uuid == cell_uuid).limit(1)
    return connection.execute(query).first() is not None
