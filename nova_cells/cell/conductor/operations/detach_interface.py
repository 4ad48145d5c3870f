# SPDX-License-Identifier: Apache-2.0
"""Takes an interface away from a server; its address is free once the guest has let go of it."""

from __future__ import annotations

from nova_cells.cell.conductor.addressing import has
from nova_cells.cell.conductor.head import Head
from nova_cells.cell.conductor.outcomes import stays_as_it_was
from nova_cells.clients.network.local_range import ACTIVE, DOWN
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.model import Operation, database_step, host_step
from nova_cells.journal.turn import Turn

EVENT = "compute_detach_interface"


def choose_nic(turn: Turn) -> None:
    """Refused where the server has no such port."""
    head, port = turn.subject, turn.record.arguments["port"]
    nic = next((nic for nic in head["nics"] if nic["id"] == port), None)
    if nic is None:
        raise Refused(FaultCode.NO_SUCH_PORT, f"Instance {head.uuid} has no port {port}.")
    turn.record.arguments["nic"] = nic
    _says(head, port, DOWN)


def keep_nic(turn: Turn) -> None:
    _says(turn.subject, turn.record.arguments["port"], ACTIVE)


def is_gone(turn: Turn) -> None:
    turn.world.addressing.free_port(turn, turn.record.arguments["port"])
    turn.subject.set(task_state=None)


def _says(head: Head, port: str, state: str) -> None:
    has(head, [{**nic, "state": state} if nic["id"] == port else nic for nic in head["nics"]])


OPERATIONS = (
    Operation(
        "detach_interface",
        "detach_interface",
        steps=(
            database_step(choose_nic, undo=keep_nic),
            host_step("detach_nic", event=EVENT),
        ),
        ends=is_gone,
        fails=stays_as_it_was,
    ),
)
