# SPDX-License-Identifier: Apache-2.0
"""Takes a shelved server off its host; its image is all there is of it then.

The machine may be half gone as soon as the host has begun, so there is no way back.
"""

from __future__ import annotations

from nova_cells.cell.conductor import outcomes, ports, volumes
from nova_cells.cell.conductor.operations.shelve import OFFLOAD_EVENT
from nova_cells.cell.conductor.transitions import SHELVED_OFFLOADED
from nova_cells.journal.model import Operation, database_step, host_step, service_step
from nova_cells.journal.turn import Turn


def leave(turn: Turn) -> None:
    turn.world.placement.release(turn)
    ports.take(turn)
    volumes.leave(turn, turn.subject["host"])
    turn.subject.set(host=None, node=None)


def is_offloaded(turn: Turn) -> None:
    turn.subject.set(
        vm_state=SHELVED_OFFLOADED, task_state=None, power_state=outcomes.SHUT_DOWN, fault=None
    )


OPERATIONS = (
    Operation(
        "shelve_offload",
        "shelveOffload",
        steps=(
            host_step("destroy_machine", event=OFFLOAD_EVENT, task="shelving_offloading"),
            service_step(
                "park_ports",
                event=OFFLOAD_EVENT,
                task="shelving_offloading",
                when=ports.are_there,
            ),
            service_step(
                "disconnect_volumes",
                event=OFFLOAD_EVENT,
                task="shelving_offloading",
                when=volumes.are_there,
            ),
            database_step(leave),
        ),
        ends=is_offloaded,
        fails=outcomes.stays_as_it_was,
        no_return=0,
        owes=True,
    ),
)
