# SPDX-License-Identifier: Apache-2.0
"""Switches a server off and keeps its disk as an image; where so configured it leaves its host.

The machine is taken away only once the image is whole; from there on it only goes forward.
"""

from __future__ import annotations

from nova_cells.cell.conductor import image_making, outcomes, ports, volumes
from nova_cells.cell.conductor.seats import HOME
from nova_cells.cell.conductor.transitions import (
    ACTIVE,
    PAUSED,
    SHELVED,
    SHELVED_OFFLOADED,
    STOPPED,
    SUSPENDED,
)
from nova_cells.journal.model import Operation, database_step, host_step, service_step
from nova_cells.journal.turn import Turn

EVENT, OFFLOAD_EVENT = "compute_shelve_instance", "compute_shelve_offload_instance"
LEFT = "left"
"""The seat of the host that the server leaves now."""


def take_image(turn: Turn) -> None:
    """And remember how the undo has to leave it."""
    turn.record.arguments["power"] = turn.subject["vm_state"] == ACTIVE
    image_making.take_image(turn)


def keep_image(turn: Turn) -> None:
    """From here on the server is what the image holds."""
    image = image_making.is_there(turn)
    turn.subject.set(
        shelved_image=image.document() if image else None,
        shelved_at=turn.now,
    )
    if turn.world.shelved_offload_time == 0:
        turn.put(LEFT, turn.subject["host"])


def leave(turn: Turn) -> None:
    """Give its host back, if it has left it."""
    if turn.at(LEFT) is not None:
        turn.world.placement.release(turn)
        ports.take(turn)
        volumes.leave(turn, turn.at(LEFT))
        turn.subject.set(host=None, node=None)


def is_shelved(turn: Turn) -> None:
    state = SHELVED if turn.at(LEFT) is None else SHELVED_OFFLOADED
    turn.subject.set(vm_state=state, task_state=None, power_state=outcomes.SHUT_DOWN, fault=None)


def is_not_shelved(turn: Turn) -> None:
    """It runs if it ran; one that was held or put away is off, for it was switched off."""
    outcomes.stays_as_it_was(turn)
    if turn.subject["vm_state"] in (PAUSED, SUSPENDED):
        turn.subject.set(vm_state=STOPPED, power_state=outcomes.SHUT_DOWN)


_COPY = image_making.steps(
    EVENT, copying="shelving_image_pending_upload", uploading="shelving_image_uploading"
)
_BEFORE = (
    database_step(take_image, undo=image_making.discard),
    host_step("power_off", undo="power_as_asked", event=EVENT, task="shelving", at=HOME),
    *_COPY,
    database_step(keep_image),
)

OPERATIONS = (
    Operation(
        "shelve",
        "shelve",
        steps=(
            *_BEFORE,
            host_step(
                "destroy_machine",
                event=OFFLOAD_EVENT,
                task="shelving_offloading",
                at=LEFT,
                owes=True,
            ),
            service_step(
                "park_ports",
                event=OFFLOAD_EVENT,
                task="shelving_offloading",
                at=LEFT,
                owes=True,
                when=ports.are_there,
            ),
            service_step(
                "disconnect_volumes",
                event=OFFLOAD_EVENT,
                task="shelving_offloading",
                at=LEFT,
                owes=True,
                when=volumes.are_there,
            ),
            database_step(leave),
        ),
        ends=is_shelved,
        fails=is_not_shelved,
        no_return=len(_BEFORE),
        lengthy=True,
    ),
)
