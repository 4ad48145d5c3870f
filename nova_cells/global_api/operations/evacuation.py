# SPDX-License-Identifier: Apache-2.0
"""What a server of a fenced cell is to be in another one, as index and wish tell it.

Its memory and what was on its host's disks is lost; one whose disk is an image has that still.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from nova_cells.global_api import wishes
from nova_cells.global_api.db.tables.operations import journal
from nova_cells.global_api.faults import Conflict, NotFound
from nova_cells.global_api.index import write
from nova_cells.global_api.operations import ownership
from nova_cells.global_api.operations.ownership import EVACUATE
from nova_cells.journal.model import StepRefused
from nova_cells.objects import Instance, RequestSpec

ACTIVE, STOPPED, OFFLOADED = "active", "stopped", "shelved_offloaded"
_OFF, _RUNS = 4, 1
_BECOMES = {STOPPED: STOPPED, "shelved": OFFLOADED, OFFLOADED: OFFLOADED}
_STAY = {
    "soft-delete": "The server is deleted and kept for a while: restore it, or let it go for good.",
    "building": "The server was never finished.",
}
_o = journal.operations.c


def possible(connection: Connection, uuid: str) -> str:
    """The cell that a server may be evacuated from; Conflict with the reason where it may not."""
    source = ownership.movable(connection, uuid)
    try:
        ownership.insist_on_fence(connection, source)
        planned(connection, uuid)
    except StepRefused as refusal:
        raise Conflict(f"server {uuid} can't be evacuated: {refusal.message}") from refusal
    return source


def planned(connection: Connection, uuid: str) -> tuple[Instance, RequestSpec]:
    """As it will be in the other cell, under a new life; StepRefused where that is not known."""
    document = write.document(connection, uuid)
    if document is None:
        raise NotFound(f"server {uuid} is not known")
    head: Instance = Instance.from_document(document)
    if head.vm_state in _STAY:
        raise StepRefused(_STAY[head.vm_state])
    return head.replace(**_changes(head)), wishes.of(connection, head)


def _changes(head: Instance) -> dict[str, Any]:
    becomes = _BECOMES.get(head.vm_state, ACTIVE)
    changes: dict[str, Any] = {
        "vm_state": becomes,
        "task_state": None,
        "operation": None,
        "other_flavor": None,
        "power_state": _RUNS if becomes == ACTIVE else _OFF,
        "progress": 0,
        "home_generation": head.home_generation + 1,
    }
    if becomes == OFFLOADED:
        return {**changes, "host": None, "node": None}
    return {**changes, "encrypted_password": None}


def under_way(connection: Connection, cell: str) -> int:
    """How many servers are just being made again elsewhere."""
    query = select(_o.id).where(_o.place == cell, _o.kind == EVACUATE, _o.open)
    return len(connection.execute(query).all())
