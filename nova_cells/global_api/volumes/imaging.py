# SPDX-License-Identifier: Apache-2.0
"""Images of servers whose disks are volumes: a snapshot of each, and a record that names them.

The image has no bytes. Snapshots belong to the project of who asks for them, so they are made here
with the caller's token; what is made for an image that does not come to be is cleared away.
"""

from __future__ import annotations

import logging
import uuid as uuids
from typing import Any

import orjson

from nova_cells.clients.images import ImageFault, ImageRefused, ImageUnavailable
from nova_cells.clients.service_faults import ServiceFault
from nova_cells.global_api.faults import ApiFault, BadRequest, Conflict
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.others import told
from nova_cells.global_api.resources.servers.references import ImageServiceAway
from nova_cells.global_api.resources.servers.schemas.fields import truth
from nova_cells.global_api.volumes import holds
from nova_cells.global_api.volumes.attaching import give_back
from nova_cells.global_api.volumes.holds import Hold
from nova_cells.global_api.volumes.tidying import made_for
from nova_cells.objects import ImageFacts
from nova_cells.runtime.clock import now

LOG = logging.getLogger(__name__)
Document = dict[str, Any]
FORMAT = "raw"  # the one format that nothing at all is a valid file of


def is_volume_backed(row: IndexRow) -> bool:
    """Whether it boots from a volume."""
    volumes = row.document["volumes"]
    return not row.document["image_id"] and any(one.get("boot_index") == 0 for one in volumes)


def make(request: Any, row: IndexRow, image: ImageFacts) -> str:
    """Snapshots of all its volumes, and the image of them; answers the image's id."""
    request.side.commands.check(row, "snapshot")
    _refuse_still(row)
    volumes = row.document["volumes"]
    about = {"kind": holds.IMAGE, "image": image.id, "made": list(range(len(volumes)))}
    hold = Hold(str(uuids.uuid4()), row.uuid, about, now() + holds.PATIENCE)
    request.side.database.write(lambda connection: holds.add(connection, [hold]))
    try:
        mapping = _snapshots(request, hold, volumes, image)
        _record(request, image, mapping, row)
    except ApiFault:
        give_back(request, hold)
        raise
    request.side.database.write(lambda connection: holds.drop(connection, [hold.key]))
    return str(image.id)


def _refuse_still(row: IndexRow) -> None:
    """Nobody keeps a guest still while a volume service takes its snapshots."""
    wanted = row.document["image_properties"].get("os_require_quiesce")
    if truth(wanted or False) and row.document["vm_state"] in ("active", "paused"):
        raise Conflict(
            f"Instance {row.uuid} can't be kept still for an image of its volumes, which its "
            "os_require_quiesce asks for. Stop it first."
        )


def _snapshots(
    request: Any, hold: Hold, volumes: list[Document], image: ImageFacts
) -> list[Document]:
    service, caller = request.side.others.volumes, request.caller
    mapping = []
    for number, volume in enumerate(volumes):
        name = f"snapshot for {image.name}"
        with told():
            made = service.make_snapshot(caller, made_for(hold.key, number), volume["id"], name)
        mapping.append(_mapped(volume, made))
    return mapping


def _mapped(volume: Document, snapshot: Document) -> Document:
    """As block_device_mapping_v2 has it, with every name that readers of images look for."""
    return {
        "source_type": "snapshot",
        "destination_type": "volume",
        "snapshot_id": snapshot["id"],
        "volume_id": None,
        "image_id": None,
        "volume_size": snapshot["size"],
        "volume_type": volume["source"].get("volume_type"),
        "boot_index": volume.get("boot_index"),
        "device_name": volume.get("device"),
        "device_type": "disk",
        "disk_bus": volume.get("bus"),
        "tag": volume.get("tag"),
        "delete_on_termination": bool(volume.get("delete_on_termination")),
        "guest_format": None,
        "no_device": None,
    }


def _record(request: Any, image: ImageFacts, mapping: list[Document], row: IndexRow) -> None:
    said = {"block_device_mapping": orjson.dumps(mapping).decode(), "bdm_v2": "True"}
    said["root_device_name"] = row.document["root_device_name"] or "/dev/vda"
    facts = image.replace(min_disk=0, properties={**_fit(image.properties), **said})
    images = request.side.images
    try:
        images.create(request.caller, facts)
        images.upload(image.id, FORMAT, [])
    except ImageRefused as refused:
        raise BadRequest(str(refused)) from refused
    except ImageFault as away:
        _take_away(request, image)
        if isinstance(away, ImageUnavailable):
            raise ImageServiceAway(f"The image service does not answer: {away}") from away
        raise Conflict(f"Image {image.id} was deleted meanwhile.") from away


def _fit(properties: dict[str, str]) -> dict[str, str]:
    """What a volume says of its image has some fields that are not properties of one."""
    own = ("image_id", "image_name", "checksum", "container_format", "disk_format", "size")
    return {k: v for k, v in properties.items() if k not in (*own, "min_disk", "min_ram")}


def _take_away(request: Any, image: ImageFacts) -> None:
    try:
        request.side.images.delete(image.id, request.caller)
    except (ImageFault, ServiceFault) as fault:
        LOG.info("the record of image %s stays: %s", image.id, fault)
