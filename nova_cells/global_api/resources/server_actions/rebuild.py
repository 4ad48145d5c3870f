# SPDX-License-Identifier: Apache-2.0
"""Rebuild: the same server, on the same host, from an image again. The answer is the server."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nova_cells.global_api import wishes
from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest, Conflict
from nova_cells.global_api.faults import NotSupported as HostNotAble
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.keypairs import store as keypairs
from nova_cells.global_api.resources.server_actions import policies
from nova_cells.global_api.resources.servers import answers as server_answers
from nova_cells.global_api.resources.servers import checks, presenter
from nova_cells.global_api.resources.servers import policies as server_policies
from nova_cells.global_api.resources.servers.creation import new_password
from nova_cells.global_api.resources.servers.lookup import server_of_caller
from nova_cells.global_api.resources.servers.references import find_boot_images, find_image
from nova_cells.global_api.resources.servers.schemas.fields import truth
from nova_cells.global_api.resources.servers.schemas.rebuild import REBUILD
from nova_cells.global_api.resources.servers.update import changes_of
from nova_cells.global_api.resources.servers.views import one
from nova_cells.global_api.versioning.formats import is_uuid
from nova_cells.global_api.volumes import imaging
from nova_cells.objects import Flavor, ImageFacts

Body = dict[str, Any]


@api_view(
    route_name="server_action",
    request_method="POST",
    action="rebuild",
    policy=policies.REBUILD,
    on=server_of_caller,
    body=REBUILD,
    status=202,
    answer=server_answers.REBUILD,
    faults=(409,),
)
def rebuild(row: IndexRow, request: Any) -> Any:
    wanted = request.document["rebuild"]
    _refuse_impossible(request, row, wanted)
    password = wanted.get("adminPass") or new_password()
    arguments = _arguments(request, row, wanted)
    _make_known(request, row, arguments)
    arguments["secrets"] = {"admin_password": password}
    try:
        accepted = request.side.commands.act(request.caller, row, "rebuild", arguments)
    except HostNotAble as fault:  # the contract has no 501 here
        raise Conflict(fault.message) from fault
    request.extra_headers.append(("Location", f"{request.version_url}/servers/{row.uuid}"))
    # As it was accepted: a moment later it may be rebuilt already.
    server = one(replace(row, document=accepted), request, presenter.REBUILD)
    if request.side.conf.api.enable_instance_password:
        server["adminPass"] = password
    return {"server": server}


def _refuse_impossible(request: Any, row: IndexRow, wanted: Body) -> None:
    if wanted.get("trusted_image_certificates"):
        request.enforce(policies.REBUILD_CERTIFICATES, row)
        checks.certificates_are_of_use(wanted, request.side.cells.offer)
    if truth(wanted.get("preserve_ephemeral", False)):
        raise BadRequest("Invalid preserve_ephemeral: no host of this deployment can do that.")


def _arguments(request: Any, row: IndexRow, wanted: Body) -> Body:
    """What the cell needs: the instance's fields to set, and what the guest is made from."""
    image = _image(request, row, wanted["imageRef"])
    boot = find_boot_images(request.side.images, request.caller, image)
    arguments: Body = {"image": image.document(), "personality": wanted.get("personality", [])}
    arguments["boot_images"] = {name: found and found.document() for name, found in boot.items()}
    if imaging.is_volume_backed(row):
        arguments["reimage"] = _reimages(request, row, image)
    fields = changes_of(wanted, row)
    for name in ("metadata", "key_name", "user_data"):
        if name in wanted:
            fields[name] = wanted[name]
    if "trusted_image_certificates" in wanted:
        fields["trusted_certs"] = wanted["trusted_image_certificates"]
        if fields["trusted_certs"]:
            arguments["type"] = "TRUSTED"
    _check_limits(request, wanted)
    if "key_name" in wanted:
        arguments["key"] = _key(request, row, wanted["key_name"])
    return {**arguments, "fields": fields}


def _make_known(request: Any, row: IndexRow, arguments: Body) -> None:
    """Before its cell knows: if that is lost, it can be made again from this image elsewhere."""
    if not imaging.is_volume_backed(row):
        known = row.document["image_id"]
        request.side.database.write(lambda c: wishes.expect_rebuild(c, row.uuid, known, arguments))


def _reimages(request: Any, row: IndexRow, image: ImageFacts) -> bool:
    """Whether the volume it boots from gets an image anew; its size has to do for that."""
    if not request.gate("2.93-root-volumes-are-imaged-anew"):
        if row.document["image_properties"].get("image_id") == image.id:
            return False
        raise BadRequest("Unable to rebuild with a different image for a volume-backed server.")
    root = next(one for one in row.document["volumes"] if one.get("boot_index") == 0)
    if root["size"] < image.min_disk or root["size"] * checks.GIB < image.size:
        raise BadRequest(f"Volume {root['id']} is smaller than image {image.id} needs.")
    if root["multiattach"]:
        raise BadRequest(f"Volume {root['id']} may have several servers: it keeps its image.")
    return True


def _image(request: Any, row: IndexRow, reference: str) -> ImageFacts:
    image_id = reference.rsplit("/", 1)[-1]
    if not is_uuid(image_id):
        raise BadRequest("Invalid imageRef provided.")
    image = find_image(request.side.images, request.caller, image_id)
    flavor = Flavor.from_document(row.document["flavor"])
    if imaging.is_volume_backed(row):
        flavor = flavor.replace(root_gb=0)  # its volume is as large as it is
    checks.image_fits(image, flavor)
    if flavor.root_gb == 0 and not imaging.is_volume_backed(row):
        checks.disk_may_be_unlimited(flavor, request.may(server_policies.ZERO_DISK, row))
    return image


def _check_limits(request: Any, wanted: Body) -> None:
    if not (wanted.get("metadata") or wanted.get("personality")):
        return
    caller, side = request.caller, request.side
    limits = side.database.read(
        lambda c: side.limits.effective(c, caller.project_id or "", caller.user_id or "")
    )
    checks.metadata_in_limits(wanted.get("metadata", {}), limits)
    checks.files_in_limits(wanted.get("personality", ()), limits)


def _key(request: Any, row: IndexRow, name: str | None) -> Body | None:
    """The key of the server's own user; None takes the key away."""
    if name is None:
        return None
    owner = row.document["user_id"]
    found = request.side.database.read(lambda c: keypairs.find(c, owner, name))
    if found is None:
        raise BadRequest(f"Invalid key_name provided: key pair {name} could not be found.")
    document: Body = found.facts().document()
    return document
