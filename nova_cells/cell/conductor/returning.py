# SPDX-License-Identifier: Apache-2.0
"""A cell that is believed again is told which of its servers are its own, and under which epoch.

What it says of a server counts only under the newest epoch. A database that was put back from a
backup says older things than are known; so its servers get an epoch that nobody has used.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from nova_cells.cell.conductor.actions import Actions
from nova_cells.cell.conductor.head import load
from nova_cells.cell.conductor.subjects import InstanceSubjects
from nova_cells.cell.db import instances
from nova_cells.contracts import Refused
from nova_cells.journal.engine import Journal
from nova_cells.journal.turn import Notes

DISOWN = "disown"


class Returning:
    """`readmit` of the cell's interface."""

    def __init__(self, journal: Journal, actions: Actions, subjects: InstanceSubjects) -> None:
        self._journal = journal
        self._actions = actions
        self._subjects = subjects

    def readmit(self, rows: list[dict[str, Any]]) -> list[str]:
        """Twice is once; answers the uuids of those that have to wait."""
        return [row["uuid"] for row in rows if not self._told(row["uuid"], row["epoch"], row)]

    def _told(self, uuid: str, epoch: int, row: dict[str, Any]) -> bool:
        if row["ours"]:
            return bool(self._journal.transact(lambda c, n: self._raise(c, n, uuid, epoch)))
        try:
            key = f"{DISOWN}/{uuid}/{epoch}"
            self._actions.act(uuid, row["known"], DISOWN, key, {"epoch": epoch}, forced=True)
        except Refused:
            return False  # it is another by now, or in hands that end first: see the next look
        return True

    def _raise(self, connection: Connection, notes: Notes, uuid: str, epoch: int) -> bool:
        head = load(connection, uuid, lock=True)
        if head is None or head["vm_state"] in instances.NOBODYS or head["epoch"] >= epoch:
            return True
        if head["operation"] is not None:
            return False
        head.set(epoch=epoch)
        self._subjects.write(connection, notes, head, self._journal.clock(), answered=False)
        return True
