# SPDX-License-Identifier: Apache-2.0
"""Has the volume a server boots from written over with an image, on its rebuild.

The volume service does it, and only with a volume that no host has: the server lets go of it, keeps
it reserved, waits for the event that it is written, and gets it again.
"""

from __future__ import annotations

from typing import Any

from nova_cells.cell.conductor import volumes
from nova_cells.cell.conductor.head import Head
from nova_cells.journal.model import (
    Step,
    StepRefused,
    database_step,
    event_step,
    host_step,
    service_step,
)
from nova_cells.journal.turn import Turn
from nova_cells.runtime.clock import seconds

REIMAGED, FAILED = "volume-reimaged", "failed"
MISSED = "The volume service did not say in time that the server's volume has its image."
PATIENCE = seconds(3600)
"""A volume may be large; the deadline of the operation ends the wait in any case."""

_VOLUME, _IMAGE = "volume", "reimage_with"


def root_of(head: Head) -> dict[str, Any] | None:
    """The volume it boots from."""
    found = [volume for volume in volumes.of(head) if volume.get("boot_index") == 0]
    return found[0] if found and not head["image_id"] else None


def wish(turn: Turn, image_id: str) -> None:
    """Its root volume is to have this image."""
    root = root_of(turn.subject)
    if root is not None:
        turn.record.arguments.update({_VOLUME: root["id"], _IMAGE: image_id})


def is_wished(turn: Turn) -> bool:
    return _IMAGE in turn.record.arguments


def steps(event: str, task: str) -> tuple[Step, ...]:
    """All that comes before the machine is made anew."""
    told: dict[str, Any] = {"event": event, "task": task, "when": is_wished}
    return (
        host_step("park_root", **told),
        service_step("park_volume", **told),
        database_step(is_parked),
        service_step("reimage_volume", **told),
        event_step(
            "reimaged",
            until=is_reimaged,
            patience=lambda _turn: PATIENCE,
            fatal=is_wished,
            missed=MISSED,
            **told,
        ),
        service_step("attach_connection", **told),
        database_step(is_connected),
    )


def completion(event: str, task: str) -> Step:
    """Its volume is in use again."""
    return service_step("complete_attachment", event=event, task=task, when=is_wished)


def is_parked(turn: Turn) -> None:
    if is_wished(turn):
        volumes.leave_one(turn, turn.record.arguments[_VOLUME])


def is_reimaged(turn: Turn) -> bool:
    """StepRefused where the service says that it could not be written."""
    said = turn.heard(f"{REIMAGED}/{turn.record.arguments[_VOLUME]}")
    if said == FAILED:
        raise StepRefused("The volume service could not write the image to the server's volume.")
    return bool(said)


def is_connected(turn: Turn) -> None:
    if is_wished(turn):
        volumes.take(turn)
