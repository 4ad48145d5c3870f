# SPDX-License-Identifier: Apache-2.0
"""Takes an interface away from a server whose port somebody has deleted in the network service."""

from __future__ import annotations

from nova_cells.cell.conductor import ports
from nova_cells.cell.conductor.operations.detach_interface import claims_less
from nova_cells.journal.model import Operation, database_step, host_step
from nova_cells.journal.turn import Turn

EVENT = "compute_detach_interface"


def choose(turn: Turn) -> None:
    """Nothing to do where the server has no such interface."""
    arguments = turn.record.arguments
    known = ports.of_service(turn.subject.document.get("nics") or ())
    arguments["nic"] = next((nic for nic in known if nic["id"] == arguments["port"]), None)


def is_known(turn: Turn) -> bool:
    """Whether there is something to pull out, and a host to do it."""
    return turn.record.arguments.get("nic") is not None and turn.subject["host"] is not None


def is_gone(turn: Turn) -> None:
    """The port is no more, whatever the guest holds on to."""
    if turn.record.arguments["nic"] is not None:
        ports.drop(turn.subject, turn.record.arguments["port"])
        claims_less(turn, turn.record.arguments["port"])


OPERATIONS = (
    Operation(
        "forget_port",
        "detach_interface",
        steps=(
            database_step(choose),
            host_step("detach_nic", event=EVENT, when=is_known),
        ),
        ends=is_gone,
        fails=is_gone,
    ),
)
