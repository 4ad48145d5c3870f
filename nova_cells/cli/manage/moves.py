# SPDX-License-Identifier: Apache-2.0
"""Moves between cells and drains, as a command begins and follows them; routers do them."""

from __future__ import annotations

import time

from sqlalchemy import Connection

from nova_cells.cli.manage.rows import Record, Table
from nova_cells.global_api import cell_registry
from nova_cells.global_api.cell_registry import CellEntry
from nova_cells.global_api.cell_states import DRAINING, FENCED, RESTORED
from nova_cells.global_api.faults import Conflict, NotFound
from nova_cells.global_api.operations import draining, evacuation
from nova_cells.global_api.operations.engine import GlobalOperations
from nova_cells.global_api.router.endings import STORE
from nova_cells.runtime.clock import now
from nova_cells.runtime.db import Database

LOOK_AGAIN = 0.5  # seconds
_MOVE = ("Operation", "Server", "State", "To", "Message")


def begin(
    database: Database, uuid: str, cell: str | None, host: str | None, *, evacuates: bool = False
) -> str:
    """Have a server moved, or made again elsewhere; answers the id of the operation."""
    to = cell_registry.find(database, cell).uuid if cell else None
    operations = GlobalOperations(database)
    begun = operations.evacuate if evacuates else operations.move
    return begun(uuid, to=to, host=host)


def wait(database: Database, operation: str) -> None:
    """Until it is over."""
    while True:
        record = database.read(lambda c: STORE.get(c, operation))
        if record is None or not record.open:
            return
        time.sleep(LOOK_AGAIN)


def shown(database: Database, operation: str) -> Record:
    """How far it is."""
    record = database.read(lambda c: STORE.get(c, operation))
    if record is None:
        raise NotFound(f"there is no operation {operation}")
    names = {entry.uuid: entry.name for entry in cell_registry.entries(database)}
    to = record.arguments.get("to") or record.arguments.get("named")
    state = "open" if record.open else record.result
    return _MOVE, (record.id, record.subject, state, names.get(to, "not chosen"), record.message)


def drain(database: Database, cell: str, *, evacuates: bool = False) -> None:
    """Have a cell emptied; one that is being emptied goes on."""
    entry = insist_on_drain(database, cell, evacuates=evacuates)
    if not evacuates:
        cell_registry.change(database, entry.uuid, state=DRAINING)
    GlobalOperations(database).drain(entry.uuid, evacuates=evacuates)


def insist_on_drain(database: Database, cell: str, *, evacuates: bool = False) -> CellEntry:
    """The cell, if it can be emptied in this way."""
    entry = cell_registry.find(database, cell)
    if evacuates and entry.state != FENCED:
        raise Conflict(f"cell {entry.name} is {entry.state}: only a fenced one is evacuated")
    if not evacuates and entry.state in (FENCED, RESTORED):
        raise Conflict(
            f"cell {entry.name} is {entry.state}: nothing can leave it this way; "
            "see `cell evacuate`"
        )
    return entry


def insist_on_rest(database: Database, cell: str) -> None:
    """A cell is not believed again while servers of it are just being made elsewhere."""
    entry = cell_registry.find(database, cell)
    number = database.read(lambda c: evacuation.under_way(c, entry.uuid))
    if number:
        raise Conflict(
            f"{number} servers of cell {entry.name} are just being made again elsewhere: "
            "`cell evacuate --pause`, and wait for them"
        )


def pause(database: Database, cell: str, *, paused: bool) -> None:
    """Begin no more moves, or go on."""
    entry = cell_registry.find(database, cell)
    if not database.write(lambda c: draining.pause(c, entry.uuid, now(), paused=paused)):
        raise Conflict(f"cell {entry.name} is not being drained")


def progress(database: Database, cell: str) -> tuple[int, int, bool]:
    """Servers left, servers there were, whether it goes on."""
    entry = cell_registry.find(database, cell)

    def work(connection: Connection) -> tuple[int, int, bool]:
        left = draining.count(connection, entry.uuid)
        record = draining.current(connection, entry.uuid)
        total = record.arguments.get(draining.TOTAL, left) if record is not None else left
        return left, max(total, left), record is not None

    return database.read(work)


def left(database: Database, cell: str) -> Table:
    """Every server that is left, and what became of its last move."""
    entry = cell_registry.find(database, cell)
    found = database.read(lambda c: draining.standing(c, entry.uuid, now()))

    def state(uuid: str) -> str:
        if uuid in found.moving:
            return "on its way"
        return "stays for now" if uuid in found.stuck else "waits"

    return ("Server", "State", "Message"), [
        (uuid, state(uuid), found.stuck.get(uuid, "")) for uuid in found.left
    ]
