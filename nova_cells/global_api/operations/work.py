# SPDX-License-Identifier: Apache-2.0
"""What a work is given, and how it asks a cell; each may be done twice, so it asks under keys."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from nova_cells.contracts import Unknown
from nova_cells.global_api.router.cell_handle import CellHandle, NotAsked
from nova_cells.global_api.router.choose import Choice
from nova_cells.objects import RequestSpec
from nova_cells.runtime.clock import seconds
from nova_cells.runtime.db import Database

Facts = dict[str, Any]
_LONGEST = 5.0


class WorkRefused(Exception):
    """It can't be done. `message` is for the server's owner, `details` for administrators."""

    def __init__(self, message: str, details: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class NotYet(Exception):
    """All is well so far; ask again after so many seconds."""

    def __init__(self, pause: float, message: str | None = None) -> None:
        super().__init__(f"not yet; again in {pause} s")
        self.pause = pause
        self.message = message


class Directory(Protocol):
    """Where cells are found."""

    def get(self, uuid: str | None) -> CellHandle | None: ...


class Chooser(Protocol):
    """Who says which cell is best."""

    def choose(
        self, spec: RequestSpec, tried: Collection[str] = (), only: Collection[str] | None = None
    ) -> Choice: ...


@dataclass(frozen=True)
class Surroundings:
    """What all works share. `begin_move` and `begin_evacuation` have a server leave its cell."""

    database: Database
    cells: Directory
    chooser: Chooser
    clock: Callable[[], int]
    begin_move: Callable[..., str]
    begin_evacuation: Callable[..., str]
    parallel: int = 4


@dataclass(frozen=True)
class GlobalTask:
    """One asking for one work of one operation."""

    around: Surroundings
    operation: str
    subject: str
    attempt: int
    arguments: Mapping[str, Any]
    started_at: int

    @property
    def key(self) -> str:
        """By which cells know their half of this attempt."""
        return f"{self.operation}/{self.attempt}"

    def pause(self) -> float:
        """Longer, the longer it takes."""
        return min(0.2 + (self.around.clock() - self.started_at) / seconds(1) / 10, _LONGEST)

    def ask(self, cell_uuid: str, method: str, **arguments: Any) -> Any:
        """Raises Refused as the cell does; one that does not answer is asked again later."""
        cell = self.around.cells.get(cell_uuid)
        if cell is None:
            raise NotYet(_LONGEST, f"Cell {cell_uuid} is not known here.")
        try:
            return cell.call(method, **arguments)
        except (Unknown, NotAsked) as outcome:
            raise NotYet(1.0, f"Cell {cell.name} does not answer.") from outcome


Work = Callable[[GlobalTask], Facts]
