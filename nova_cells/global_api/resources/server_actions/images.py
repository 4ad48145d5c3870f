# SPDX-License-Identifier: Apache-2.0
"""createImage and createBackup: the image's record is made here, with the token of who asks.

Of a server whose disks are volumes the image is made here as a whole, see `volumes.imaging`.

The server's state is looked at first, so that a refusal leaves no record behind; where it changes
in between, the record is taken away again. A cell that does not answer may have begun: then the
record stays, for the operation that may be under way.
"""

from __future__ import annotations

import uuid as uuids
from typing import Any

from nova_cells.clients.images import ImageFault, ImageRefused, ImageUnavailable
from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import ApiFault, BadRequest, CellUnavailable, Conflict
from nova_cells.global_api.faults import NotSupported as HostNotAble
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_actions import answers, policies, schemas
from nova_cells.global_api.resources.servers.checks import metadata_in_limits
from nova_cells.global_api.resources.servers.lookup import server_of_caller
from nova_cells.global_api.resources.servers.references import ImageServiceAway
from nova_cells.global_api.volumes import imaging
from nova_cells.objects import ImageFacts

NOT_INHERITED = frozenset(
    {"cache_in_nova", "bittorrent", "img_signature", "img_signature_hash_method"}
    | {"img_signature_key_type", "img_signature_certificate_uuid"}
)
"""Properties of the image a server was made from that say nothing of an image made of it."""

FAULTS = (403, 409, 503)


@api_view(
    route_name="server_action",
    request_method="POST",
    action="createImage",
    policy=policies.CREATE_IMAGE,
    on=server_of_caller,
    body=schemas.CREATE_IMAGE,
    answer=answers.IMAGE,
    faults=FAULTS,
    status=202,
)
def create_image(row: IndexRow, request: Any) -> Any:
    wanted = request.document["createImage"]
    image = new_image(request, row, wanted["name"], "snapshot", wanted.get("metadata", {}))
    if imaging.is_volume_backed(row):
        request.enforce(policies.CREATE_IMAGE_OF_VOLUME, row)
        return _shown(request, imaging.make(request, row, image))
    return _shown(request, make(request, row, "snapshot", image, {}))


@api_view(
    route_name="server_action",
    request_method="POST",
    action="createBackup",
    policy=policies.CREATE_BACKUP,
    on=server_of_caller,
    body=schemas.CREATE_BACKUP,
    answer=answers.BACKUP,
    faults=FAULTS,
    status=202,
)
def create_backup(row: IndexRow, request: Any) -> Any:
    """To keep none makes none, and discards those there are."""
    wanted = request.document["createBackup"]
    if imaging.is_volume_backed(row):
        raise BadRequest("Backup is not supported for volume-backed instances.")
    kind, keep = wanted["backup_type"], int(wanted["rotation"])
    told = {"backup_type": kind, "rotation": keep}
    if keep == 0:
        act(request, row, "backup", told)
        return None
    image = new_image(request, row, wanted["name"], "backup", wanted.get("metadata", {}))
    # What is discarded in rotation is found by these.
    image.properties = {**image.properties, "image_type": "backup", "backup_type": kind}
    return _shown(request, make(request, row, "backup", image, told))


def new_image(
    request: Any, row: IndexRow, name: str, kind: str, metadata: dict[str, str]
) -> ImageFacts:
    """What the record says: what the server was made from, and what its maker adds."""
    _check_limits(request, metadata)
    document = row.document
    inherited = {
        key: value
        for key, value in document["image_properties"].items()
        if key not in NOT_INHERITED
    }
    ours = {
        "instance_uuid": row.uuid,
        "user_id": request.caller.user_id or "",
        "base_image_ref": document["image_id"] or "",
    }
    return ImageFacts(
        id=str(uuids.uuid4()),
        name=name.strip(),
        min_disk=document["flavor"]["root_gb"],
        # The maker may call it another type: clients sort their images by that.
        properties={**inherited, "image_type": kind, **metadata, **ours},
    )


def make(
    request: Any, row: IndexRow, kind: str, image: ImageFacts, arguments: dict[str, Any]
) -> str:
    """Begin an operation that makes this image; answers its id."""
    request.side.commands.check(row, kind)
    images, caller = request.side.images, request.caller
    try:
        images.create(caller, image)
    except ImageRefused as refused:
        raise BadRequest(str(refused)) from refused
    except ImageUnavailable as away:
        raise ImageServiceAway(f"The image service does not answer: {away}") from away
    try:
        act(request, row, kind, {**arguments, "new_image": image.id})
    except CellUnavailable:
        raise
    except ApiFault:
        _take_away(request, image)
        raise
    return str(image.id)


def act(request: Any, row: IndexRow, kind: str, arguments: dict[str, Any]) -> None:
    """The contract has no 501 here: a host that is not able to is a 409."""
    try:
        request.side.commands.act(request.caller, row, kind, arguments)
    except HostNotAble as fault:
        raise Conflict(fault.message) from fault


def _take_away(request: Any, image: ImageFacts) -> None:
    """Nothing waits for it; where the image service is away too, its owner finds it queued."""
    try:
        request.side.images.delete(image.id, request.caller)
    except ImageFault:
        return


def _check_limits(request: Any, metadata: dict[str, str]) -> None:
    if not metadata or request.gate("2.39-image-properties-are-not-limited"):
        return
    caller, side = request.caller, request.side
    limits = side.database.read(
        lambda c: side.limits.effective(c, caller.project_id or "", caller.user_id or "")
    )
    metadata_in_limits(metadata, limits)


def _shown(request: Any, image_id: str) -> Any:
    if request.gate("2.45-image-id-is-in-the-body"):
        return {"image_id": image_id}
    url = request.side.images.url(image_id) or f"{request.version_url}/images/{image_id}"
    request.extra_headers.append(("Location", url))
    return None
