# SPDX-License-Identifier: Apache-2.0
"""Which cell is asked next for a server. From memory; a cell's own transaction decides.

Cells with places come first, at random by their number of places among the best few, so that many
processes with the same news do not all run to the same cell. What an operator has said of a cell's
part in this is `cell_rules`; limits are read where a cell has one.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from nova_cells.global_api.cells import CellDirectory
from nova_cells.global_api.db.tables.host_index import host_index
from nova_cells.global_api.db.tables.mappings import instance_mappings
from nova_cells.global_api.db.tables.server_index import server_index
from nova_cells.global_api.router import group_wishes
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
        self,
        directory: CellDirectory,
        database: Database,
        *,
        subset: int,
        attempts: int,
        stack: bool = False,
    ) -> None:
        """`stack`: fill the fullest cell that has room, in place of spreading over all."""
        self._directory = directory
        self._database = database
        self._subset = subset
        self._attempts = attempts
        self._stack = stack
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
        left = self._of_zone(_bound(left, self._directory.all(), ask.zone), ask)
        left = self._not_full(left)
        answering = self._without_canaries([cell for cell in left if cell.answers], ask)
        prompt = [cell for cell in answering if not cell.suspect]
        wait = any(cell.fresh for cell in left) or bool(left and not tried)
        found = group_wishes.preferred(self._database, spec, ask, prompt or answering)
        return found, Choice(None, wait=wait)

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
        if self._stack:
            roomy = [entry for entry in ranked if entry[0] > 0] or ranked[:1]
            return min((cell for _places, _random, cell in roomy), key=_fullest_first(ask))
        best = [entry for entry in ranked[: self._subset] if entry[0] > 0] or ranked[:1]
        weights = [max(entry[0], 1) * entry[2].row.rules.weight for entry in best]
        if not any(weights):
            return best[0][2]
        return self._random.choices(best, weights)[0][2]

    def _not_full(self, cells: list[CellHandle]) -> list[CellHandle]:
        """Those below the limit they have, if they have one."""
        limited = {
            cell.uuid: cell.row.rules.max_instances
            for cell in cells
            if cell.row.rules.max_instances is not None
        }
        if not limited:
            return cells
        counts = self._database.read(lambda connection: _counts(connection, list(limited)))
        return [
            cell
            for cell in cells
            if cell.uuid not in limited or counts.get(cell.uuid, 0) < limited[cell.uuid]
        ]

    def _without_canaries(self, cells: list[CellHandle], ask: Ask) -> list[CellHandle]:
        """A canary takes part in some of the choices only, while others could do it."""
        others = [cell for cell in cells if cell.row.rules.canary is None]
        if not any(cell.capacity.places(ask) > 0 for cell in others):
            return cells
        return [
            cell
            for cell in cells
            if cell.row.rules.canary is None or self._random.uniform(0, 100) < cell.row.rules.canary
        ]

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


def _bound(
    cells: list[CellHandle], known: Iterable[CellHandle], zone: str | None
) -> list[CellHandle]:
    """Of a zone that is bound to cells only those."""
    if zone is None or not any(zone in cell.row.rules.zones for cell in known):
        return cells
    return [cell for cell in cells if zone in cell.row.rules.zones]


def _fullest_first(ask: Ask) -> Callable[[CellHandle], tuple[int, str]]:
    return lambda cell: (cell.capacity.places(ask), cell.name)


def _counts(connection: Connection, uuids: list[str]) -> dict[str, int]:
    """How many servers cells have, those on their way too."""
    mapping, index = instance_mappings.c, server_index.c
    query = (
        select(mapping.cell_uuid, func.count())
        .join_from(instance_mappings, server_index, index.uuid == mapping.uuid)
        .where(mapping.cell_uuid.in_(uuids), index.deleted.is_(False))
        .group_by(mapping.cell_uuid)
    )
    return {uuid: int(number) for uuid, number in connection.execute(query)}


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
