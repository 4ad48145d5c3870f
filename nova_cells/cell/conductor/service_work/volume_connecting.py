# SPDX-License-Identifier: Apache-2.0
"""How works have attachments of volumes: one for each host, found before another is made.

The one that a server's head names is that of the host it is on; any other of the same volume is one
of a host it is going to, or has left.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from nova_cells.cell.conductor.service_work.at_once import at_once
from nova_cells.cell.conductor.service_work.task import (
    Facts,
    NotYet,
    Partly,
    ServiceTask,
    WorkRefused,
)
from nova_cells.cell.conductor.service_work.volume_keys import with_key
from nova_cells.cell.conductor.volumes import CONNECTED, RESERVED, Volume
from nova_cells.clients.service_faults import Impossible, InUse, NotThere, ServiceFault
from nova_cells.clients.volumes.attachments import ATTACHED, ATTACHING, Document
from nova_cells.clients.volumes.attachments import RESERVED as FREE

USABLE = frozenset({"available", "in-use", "reserved", "attaching"})
MAKING = frozenset({"creating", "downloading", "restoring-backup"})
PAUSE = 2.0
MOVING = frozenset({"migrating", "starting"})
"""What is said of a volume that its service moves, until whoever uses it has the new one."""


def of_server(task: ServiceTask) -> list[Volume]:
    """What its head says it has."""
    return list((task.head or {}).get("volumes") or [])


def connected(task: ServiceTask, volumes: Sequence[Volume], *, another: bool = False) -> Facts:
    """Have each connected to the host of the task; `another`: beside the attachment it has."""
    connector = task.host_facts().get("connector")
    if not connector:
        raise WorkRefused(f"Host {task.host} takes no volumes.", everywhere=False)
    for volume in volumes:
        if volume.get("made"):
            _insist_that_it_is_made(task, volume["id"])
    known = task.volumes.attachments_of(task.uuid) if task.again or another else []
    works = [partial(_connect, task, volume, connector, known, another) for volume in volumes]
    made = at_once(task, works)
    return {
        CONNECTED: {one["volume_id"]: one["id"] for one in made},
        "secrets": {
            "connections": {one["volume_id"]: with_key(task, one) for one in made},
        },
    }


def reserved(task: ServiceTask, volumes: Sequence[Volume]) -> Facts:
    """Have each kept for the server, connected to no host: the new one first, then the old go.

    One that was never reserved, because it is not made yet, needs no such thing.
    """
    known = task.volumes.attachments_of(task.uuid)
    held = {one["volume_id"] for one in known}
    kept = [one for one in volumes if one["id"] in held or one.get("attachment_id")]
    found: dict[str, str | None] = {}
    done = at_once(task, [partial(_reserve, task, one, known, found) for one in kept])
    if faults := [fault for fault in done if fault is not None]:
        raise Partly(faults[0], {RESERVED: found})
    return {RESERVED: found}


def drop(task: ServiceTask, attachments: Sequence[Document]) -> None:
    """Silent about what is gone."""

    def delete(attachment_id: str) -> None:
        task.ours()
        task.volumes.delete_attachment(attachment_id)

    at_once(task, [partial(delete, one["id"]) for one in attachments])


def _insist_that_it_is_made(task: ServiceTask, volume_id: str) -> None:
    """One that is being made takes its time; one that could not be made is told."""
    status = task.volumes.volume(volume_id)["status"]
    if status in MAKING:
        raise NotYet(PAUSE, begun=False)
    if status not in USABLE:
        raise WorkRefused(f"Volume {volume_id} could not be made: its status is {status!r}.")


def _connect(
    task: ServiceTask, volume: Volume, connector: Document, known: list[Document], another: bool
) -> Document:
    mine = [one for one in known if one["volume_id"] == volume["id"]]
    if another:
        beside = [one for one in mine if one["id"] != volume.get("attachment_id")]
        return _beside(task, volume, connector, beside)
    return _alone(task, volume, connector, mine)


def _beside(
    task: ServiceTask, volume: Volume, connector: Document, others: list[Document]
) -> Document:
    """That of this host where it has one already: it is going back.

    What an earlier attempt made is made anew: a volume service connects none beside another. A
    server on its way keeps those that are in use on both hosts until it ends.
    """
    if others:
        uses = task.volumes.volume(volume["id"])["attachments"]
        here = {use["attachment_id"] for use in uses if use["host"] == connector["host"]}
        for one in others:
            if one["id"] in here:
                return task.volumes.attachment(one["id"])
        drop(task, [one for one in others if one["status"] != ATTACHED])
    task.ours()
    device = volume.get("device")
    return task.volumes.create_attachment(volume["id"], task.uuid, connector, device=device)


def _alone(
    task: ServiceTask, volume: Volume, connector: Document, known: list[Document]
) -> Document:
    """What was tried in vain, or is there of an earlier attempt, goes once there is a better one.

    An attachment said to be gone may be there all the same; of two that it has by itself no sweep
    hears, as nothing has gone wrong.
    """
    named = volume.get("attachment_id")
    found = [one["id"] for one in known if one["id"] != named]
    candidates = [named, *found] if named else found
    made = _first_usable(task, volume, connector, candidates)
    tried = candidates[: candidates.index(made["id"])] if made["id"] in candidates else candidates
    drop(task, [{"id": one} for one in sorted({*tried, *found} - {made["id"]})])
    return made


def _first_usable(
    task: ServiceTask, volume: Volume, connector: Document, candidates: list[str]
) -> Document:
    device = volume.get("device")
    for mine in candidates:
        others = [{"id": one} for one in candidates if one != mine]
        try:
            return _updated(task, mine, others, connector, device)
        except NotThere:
            continue  # given up meanwhile
    task.ours()
    return task.volumes.create_attachment(volume["id"], task.uuid, connector, device=device)


def _updated(
    task: ServiceTask,
    mine: str,
    others: list[Document],
    connector: Document,
    device: str | None,
) -> Document:
    """None can be connected beside one that is: the others go first where that is why."""
    task.ours()
    try:
        return task.volumes.update_attachment(mine, connector, device=device)
    except InUse:
        if not others:
            raise
    drop(task, others)
    task.ours()
    return task.volumes.update_attachment(mine, connector, device=device)


def _reserve(
    task: ServiceTask, volume: Volume, known: list[Document], found: dict[str, str | None]
) -> ServiceFault | None:
    """Write down which attachment it has from now on, also where the rest can't be done."""
    mine = [one for one in known if one["volume_id"] == volume["id"]]
    keep = next((one["id"] for one in mine if one["status"] == FREE), None)
    try:
        found[volume["id"]] = keep or _another(task, volume["id"], mine, found)
        drop(task, [one for one in mine if one["id"] != found[volume["id"]]])
    except ServiceFault as fault:
        return fault
    return None


def _another(
    task: ServiceTask, volume_id: str, mine: list[Document], found: dict[str, str | None]
) -> str:
    """Beside those it has: nobody else gets the volume in between.

    A volume that is connected and not in use yet can't have one; so it is said to be in use for
    that moment. One whose connection went wrong is given back first: whoever is quicker then has
    it, and the server is told when it wants it again.
    """
    connected = [one for one in mine if one["status"] == ATTACHING]
    for one in connected:
        task.ours()
        task.volumes.complete_attachment(one["id"])
    task.ours()
    try:
        made = task.volumes.create_attachment(volume_id, task.uuid)
    except Impossible:
        found[volume_id] = None
        drop(task, mine)
        task.ours()
        made = task.volumes.create_attachment(volume_id, task.uuid)
    named: str = made["id"]
    return named
