# SPDX-License-Identifier: Apache-2.0
"""Makes a server's disks anew from an image; the server stays where and what it is.

Once the host has begun there is no way back to the old disks: a failure is an ERROR, and another
rebuild may mend it.
"""

from __future__ import annotations

from typing import Any

from nova_cells.cell.conductor import outcomes, ports, reimaging
from nova_cells.cell.conductor.transitions import ACTIVE, ERROR, STOPPED
from nova_cells.journal.model import Operation, database_step, host_step
from nova_cells.journal.turn import Turn
from nova_cells.objects import ImageFacts, KeyFacts, RequestSpec

EVENT = "compute_rebuild_instance"


def take_wish(turn: Turn) -> None:
    """Write the new wish over the old one; the journal needs no copy of it."""
    head, arguments = turn.subject, turn.record.arguments
    arguments["power"] = head["vm_state"] != STOPPED
    fields, image = arguments.pop("fields", {}), arguments.pop("image", None)
    spec = head.spec(turn.connection)
    changes = {name: fields[name] for name in fields if name in type(spec).fields}
    changes["personality"] = arguments.pop("personality", [])
    if image is not None and reimaging.root_of(head) is not None:
        fields |= _on_volume(turn, ImageFacts.from_document(image), spec, changes)
    elif image is not None:
        facts = ImageFacts.from_document(image)
        changes["image"] = facts
        boot = arguments.pop("boot_images", {})
        for name in ("kernel", "ramdisk"):
            changes[name] = ImageFacts.from_document(boot[name]) if boot.get(name) else None
        fields = {**fields, **_of_image(facts)}
    if "key" in arguments:
        key = arguments.pop("key")
        changes["key"] = KeyFacts.from_document(key) if key else None
    head.put_spec(turn.connection, spec.replace(**changes))
    head.set(**fields, encrypted_password=None)  # the new guest makes a new one


def _on_volume(
    turn: Turn, image: ImageFacts, spec: RequestSpec, changes: dict[str, Any]
) -> dict[str, object]:
    """A server that boots from a volume has no image; what is on the volume may become another."""
    if not turn.record.arguments.pop("reimage", False):
        return {}
    reimaging.wish(turn, image.id)
    known = {**image.properties, "image_id": image.id}
    changes["volumes"] = [
        {**volume, "image": known} if volume.get("boot_index") == 0 else volume
        for volume in spec.volumes
    ]
    return {"image_properties": known}


def _of_image(image: ImageFacts) -> dict[str, object]:
    return {
        "image_id": image.id,
        "image_properties": dict(image.properties),
        "kernel_id": image.properties.get("kernel_id"),
        "ramdisk_id": image.properties.get("ramdisk_id"),
    }


def starts_held(turn: Turn) -> bool:
    """Whether its ports are plugged in anew, and it is to run."""
    return bool(turn.record.arguments["power"]) and ports.may_be_replugged(turn)


def is_new(turn: Turn) -> None:
    runs = turn.record.arguments["power"]
    state, power = (ACTIVE, outcomes.RUNNING) if runs else (STOPPED, outcomes.SHUT_DOWN)
    outcomes.becomes(state, power)(turn)
    turn.subject.set(launched_at=turn.now, progress=0)


def is_broken(turn: Turn) -> None:
    outcomes.stays_as_it_was(turn)
    turn.subject.set(vm_state=ERROR)


OPERATIONS = (
    Operation(
        "rebuild",
        "rebuild",
        steps=(
            database_step(take_wish),
            *reimaging.steps(EVENT, "rebuilding"),
            host_step("rebuild_machine", event=EVENT, task="rebuilding"),
            host_step("start_held", event=EVENT, task="rebuild_spawning", when=starts_held),
            ports.replugged(EVENT, "rebuild_spawning", starts_held),
            host_step("power_as_asked", event=EVENT, task="rebuild_spawning"),
            reimaging.completion(EVENT, "rebuild_spawning"),
        ),
        ends=is_new,
        fails=is_broken,
    ),
)
