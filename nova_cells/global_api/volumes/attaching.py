# SPDX-License-Identifier: Apache-2.0
"""Volumes of a server that exists: reserved with its caller's token, then its cell's work.

A reservation is written down before it is made. Once the cell has begun, the operation answers for
it; where the cell does not answer it may have begun, and the row waits for what the index says.
"""

from __future__ import annotations

import logging
import uuid as uuids
from collections.abc import Callable
from typing import Any

from nova_cells.clients.service_faults import NotThere, ServiceFault
from nova_cells.global_api.faults import (
    ApiFault,
    BadRequest,
    CellUnavailable,
    Conflict,
    Forbidden,
    NotSupported,
)
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.others import told
from nova_cells.global_api.resources.servers.schemas.fields import truth
from nova_cells.global_api.volumes import holds
from nova_cells.global_api.volumes.boot import planner
from nova_cells.global_api.volumes.holds import Hold
from nova_cells.global_api.volumes.planning import Planned
from nova_cells.global_api.volumes.reserving import SOON, described
from nova_cells.global_api.volumes.tidying import clear
from nova_cells.global_api.volumes.wishes import VolumeWish
from nova_cells.runtime.clock import now

LOG = logging.getLogger(__name__)
Document = dict[str, Any]


def attach(request: Any, row: IndexRow, wish: Document) -> Document:
    """Begin to give a server a volume; answers it as the server's head has it."""
    volume = _wanted(request, row, wish["volumeId"])
    tag = wish.get("tag")
    ends = truth(wish.get("delete_on_termination") or False)
    planned = Planned(
        VolumeWish("volume", volume["id"], tag=tag, device=wish.get("device"), ends=ends),
        volume["size"],
        volume,
    )
    variant = {"type": "TAGGED"} if tag else {}
    document = _begin(
        request, row, "attach_volume", planned, lambda volume: {"volume": volume, **variant}
    )
    return in_head(document, volume["id"])


def swap(request: Any, row: IndexRow, old: str, new: str) -> None:
    """Begin to replace a volume by another one of at least its size.

    The volume service may be the one who asks, in the midst of moving the old one.
    """
    volumes, caller = request.side.others.volumes, request.caller
    with told():
        before, after = volumes.volume(caller, old), volumes.volume(caller, new)
    if after["size"] < before["size"]:
        raise BadRequest("New volume must be the same size or larger.")
    if before["multiattach"] and len(before["attachments"]) > 1:
        raise BadRequest("A volume that several servers have can't be replaced.")
    if after["status"] not in ("available", "reserved"):
        raise BadRequest(f"Invalid volume: volume '{new}' is '{after['status']}'.")
    _not_twice(row, new)
    here = in_head(row.document, old)
    wish = VolumeWish(
        "volume",
        new,
        boot_index=here.get("boot_index"),
        tag=here.get("tag"),
        bus=here.get("bus"),
        device=here.get("device"),
        ends=bool(here.get("delete_on_termination")),
    )
    planned = Planned(wish, after["size"], after)
    _begin(request, row, "swap_volume", planned, lambda new: {"volume": old, "new": new})


def detach(request: Any, row: IndexRow, volume: str) -> None:
    """Begin to take a volume away. The one that is booted from only goes with the server's host."""
    head = in_head(row.document, volume)
    if head.get("boot_index") == 0 and row.document["vm_state"] != "shelved_offloaded":
        raise Forbidden("Cannot detach a root device volume")
    volumes = request.side.others.volumes
    with told():
        try:
            state = volumes.volume(request.caller, volume)
        except NotThere:
            if not volumes.offered:
                raise
            state = None  # its service has lost it: the server need not keep it
    if state is not None and _on_its_way(state):
        raise BadRequest(f"Invalid volume: volume '{volume}' is being moved.")
    _act(request, row, "detach_volume", {"volume": volume})


def keep(request: Any, row: IndexRow, volume: str, ends: bool) -> None:
    """Say whether a volume ends with its server."""
    if row.cell_uuid is None:
        raise Conflict(f"Instance {row.uuid} is not ready")
    request.side.commands.amend(request.caller, row, {"volumes_end": {volume: ends}})


def in_head(document: Document, volume: str) -> Document:
    """A volume as a server's head has it."""
    found: Document = next(each for each in document["volumes"] if each["id"] == volume)
    return found


def _wanted(request: Any, row: IndexRow, volume_id: str) -> Document:
    _not_twice(row, volume_id)
    planner_ = planner(request)
    with told():
        volume = planner_.given(volume_id)
    planner_.in_reach(volume, row.zone)
    most = request.side.conf.api.max_disk_devices_to_attach
    if 0 <= most <= len(row.document["volumes"]) + _local_disks(row):
        raise Forbidden(
            f"The maximum allowed number of disk devices ({most}) to attach to a single instance "
            "has been exceeded."
        )
    return volume


def _local_disks(row: IndexRow) -> int:
    flavor = row.document["flavor"]
    return sum(
        (
            row.document["image_id"] is not None,
            flavor["ephemeral_gb"] > 0,
            flavor["swap_mb"] > 0,
        )
    )


def _not_twice(row: IndexRow, volume: str) -> None:
    if any(each["id"] == volume for each in row.document["volumes"]):
        raise BadRequest(
            f"Invalid volume: volume {volume} is already attached to instance {row.uuid}."
        )


def _on_its_way(volume: Document) -> bool:
    return volume["migration_status"] not in (None, "", "none", "error", "success")


def _begin(
    request: Any,
    row: IndexRow,
    kind: str,
    planned: Planned,
    arguments: Callable[[Document], Document],
) -> Document:
    """Reserve and have the cell go on; given back where the cell says no."""
    key, volume = str(uuids.uuid4()), planned.given or {}
    about = {"kind": holds.ATTACH, "volume": volume["id"]}
    hold = Hold(key, row.uuid, about, now() + holds.PATIENCE)
    database, volumes = request.side.database, request.side.others.volumes
    database.write(lambda connection: holds.add(connection, [hold]))
    try:
        with told():
            attachment = volumes.reserve(request.caller, volume["id"], row.uuid)
        item = described(planned, volume, attachment)
        document = _act(request, row, kind, arguments(item), key)
    except CellUnavailable:
        raise
    except ApiFault:
        give_back(request, hold)
        raise
    database.write(lambda connection: holds.drop(connection, [key]))
    return document


def give_back(request: Any, hold: Hold) -> None:
    """What was taken for it is nobody's now; what can't be cleared away at once is, later."""
    database = request.side.database
    try:
        clear(request.side.others.volumes, hold)
    except ServiceFault as fault:
        LOG.info("volume of %s is given back later: %s", hold.server, fault.detail)
        database.write(lambda connection: holds.wake(connection, [hold.key], now() + SOON))
        return
    database.write(lambda connection: holds.drop(connection, [hold.key]))


def _act(
    request: Any, row: IndexRow, kind: str, arguments: Document, key: str | None = None
) -> Document:
    """The contract has no 501 here: a host that is not able to is a 400."""
    try:
        document: Document = request.side.commands.act(
            request.caller, row, kind, arguments, key=key
        )
    except NotSupported as fault:
        raise BadRequest(fault.message) from fault
    return document
