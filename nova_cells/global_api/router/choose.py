# SPDX-License-Identifier: Apache-2.0
"""Which cell is asked next for a server. From memory; a cell's own transaction decides.

Cells with places come first, at random by their number of places among the best few, so that many
processes with the same news do not all run to the same cell.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from nova_cells.global_api.cells import CellDirectory
from nova_cells.global_api.db.tables.host_index import host_index
from nova_cells.global_api.db.tables.mappings import instance_mappings
from nova_cells.global_api.router.capacity import Ask
from nova_cells.global_api.router.cell_handle import CellHandle
from nova_cells.objects import RequestSpec
from nova_cells.runtime.db import Database


@dataclass(frozen=True)
class Choice:
    """`cell` to ask now; none and `wait`: one may come back soon; none: there is none left."""

    cell: CellHandle | None
    wait: bool = False


class CellChooser:
    """Chooses, and counts what it chose until the cell's next news."""

    def __init__(
        self, directory: CellDirectory, database: Database, *, subset: int, attempts: int
    ) -> None:
        self._directory = directory
        self._database = database
        self._subset = subset
        self._attempts = attempts
        self._random = random.Random()

    def choose(
        self, spec: RequestSpec, tried: Collection[str] = (), only: Collection[str] | None = None
    ) -> Choice:
        """The cell to ask next. `only` narrows it to some cells, by uuid."""
        ask = Ask.of(spec)
        cells, nothing = self._candidates(spec, ask, tried, only)
        cell = self._best(cells, ask)
        if cell is None:
            return nothing
        cell.capacity.take(ask)
        return Choice(cell)

    def choose_all(
        self,
        specs: Sequence[RequestSpec],
        tried: Collection[str] = (),
        only: Collection[str] | None = None,
    ) -> list[Choice]:
        """The cells to ask for servers of one request: as few as have room for all of them.

        A cell that is asked for a whole request refuses it as a whole; so where there does not seem
        to be room for enough of them anywhere, each cell is asked for all, and nothing is begun.
        """
        if len(specs) == 1:
            return [self.choose(specs[0], tried, only)]
        ask = Ask.of(specs[0])
        cells, nothing = self._candidates(specs[0], ask, tried, only)
        room = sum(max(cell.capacity.places(ask), 0) for cell in cells)
        if cells and room < specs[0].least:
            cells = [max(cells, key=lambda cell: cell.capacity.places(ask))]
        choices: list[Choice] = []
        while cells and len(choices) < len(specs):
            left = len(specs) - len(choices)
            roomy = [cell for cell in cells if cell.capacity.places(ask) >= left]
            cell = self._best(roomy or cells, ask)
            assert cell is not None
            cells = [other for other in cells if other is not cell]
            number = min(left, max(cell.capacity.places(ask), 0)) if cells else left
            cell.capacity.take(ask, number)
            choices += [Choice(cell)] * number
        return choices or [nothing] * len(specs)

    def _candidates(
        self,
        spec: RequestSpec,
        ask: Ask,
        tried: Collection[str],
        only: Collection[str] | None,
    ) -> tuple[list[CellHandle], Choice]:
        """The cells to choose from, and what to answer where there is none."""
        wanted = self._wanted(spec, only)
        left = [
            cell
            for cell in self._directory.all()
            if cell.row.enabled
            and cell.uuid not in tried
            and (wanted is None or cell.uuid in wanted)
        ]
        if len(tried) >= self._attempts:
            return [], Choice(None)
        left = self._of_zone(left, ask)
        answering = [cell for cell in left if cell.answers]
        prompt = [cell for cell in answering if not cell.suspect]
        wait = any(cell.fresh for cell in left) or bool(left and not tried)
        return prompt or answering, Choice(None, wait=wait)

    def refused(self, spec: RequestSpec, cell: CellHandle) -> None:
        """The cell did not take it: its places are as they were."""
        cell.capacity.take(Ask.of(spec), -1)

    def _best(self, cells: Iterable[CellHandle], ask: Ask) -> CellHandle | None:
        ranked = sorted(
            ((cell.capacity.places(ask), self._random.random(), cell) for cell in cells),
            key=lambda entry: entry[:2],
            reverse=True,
        )
        if not ranked:
            return None
        best = [entry for entry in ranked[: self._subset] if entry[0] > 0] or ranked[:1]
        weights = [max(entry[0], 1) for entry in best]
        return self._random.choices(best, weights)[0][2]

    def _of_zone(self, cells: list[CellHandle], ask: Ask) -> list[CellHandle]:
        """A zone made a moment ago is in no cell's news yet, but its hosts are known."""
        if ask.zone is None or any(cell.capacity.places(ask) > 0 for cell in cells):
            return cells
        found = self._database.read(lambda connection: _cells_of_zone(connection, ask.zone))
        return [cell for cell in cells if cell.uuid in found] or cells

    def _wanted(self, spec: RequestSpec, only: Collection[str] | None) -> set[str] | None:
        """Cells a named host or a hint leaves, or None if all are good."""
        host = spec.forced_host or spec.requested_host
        hint = spec.scheduler_hints.get("same_host")
        wanted = None if only is None else set(only)
        if host is not None:
            wanted = _narrowed(wanted, self._database.read(lambda c: _cells_of_host(c, host)))
        if hint:
            uuids = [hint] if isinstance(hint, str) else list(hint)
            project = spec.project_id
            wanted = _narrowed(wanted, self._database.read(lambda c: _cells_of(c, project, uuids)))
        return wanted


def _narrowed(wanted: set[str] | None, found: set[str]) -> set[str]:
    return found if wanted is None else wanted & found


def _cells_of_host(connection: Connection, host: str) -> set[str]:
    query = select(host_index.c.cell_uuid).where(
        host_index.c.name == host, host_index.c.deleted.is_(False)
    )
    return set(connection.scalars(query))


def _cells_of_zone(connection: Connection, zone: str | None) -> set[str]:
    query = select(host_index.c.cell_uuid).where(
        host_index.c.zone == zone, host_index.c.deleted.is_(False)
    )
    return set(connection.scalars(query.distinct()))


def _cells_of(connection: Connection, project_id: str, uuids: list[str]) -> set[str]:
    """Of the project's own servers: a hint must not tell where another's are."""
    mapping = instance_mappings.c
    query = select(mapping.cell_uuid).where(
        mapping.uuid.in_(uuids),
        mapping.project_id == project_id,
        mapping.cell_uuid.is_not(None),
    )
    return set(connection.scalars(query))
