# SPDX-License-Identifier: Apache-2.0
"""What servers were wished as, so that another cell can make them again without asking theirs.

What a server has become since is in its head; only what no head tells is taken from here. A wish
whose image is not the head's is not believed: nobody makes a server from the wrong image.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, insert, select, update

from nova_cells.global_api.db.tables.wishes import wishes
from nova_cells.global_api.resources.keypairs import store as keypairs
from nova_cells.journal.model import StepRefused
from nova_cells.objects import ImageFacts, Instance, KeyFacts, RequestSpec
from nova_cells.runtime.db import for_update

UNKNOWN = "What the server was made from is not known outside of its cell."
OTHER_IMAGE = "The image that the server has now is not known outside of its cell."
_INSERT = insert(wishes)
_w = wishes.c
_FROM_HEAD = (
    "name",
    "hostname",
    "description",
    "metadata",
    "tags",
    "user_data",
    "config_drive",
    "access_ip_v4",
    "access_ip_v6",
    "disk_config",
    "trusted_certs",
    "security_groups",
    "flavor",
)


def remember(connection: Connection, specs: Iterable[RequestSpec]) -> None:
    """New servers. Who asked has the password; nobody else needs it again."""
    rows = [
        {
            "uuid": spec.uuid,
            "spec": {
                "version": RequestSpec.VERSION,
                "document": spec.document() | {"admin_password": None},
            },
            "images": {},
        }
        for spec in specs
    ]
    connection.execute(_INSERT, rows)


def expect_rebuild(
    connection: Connection, uuid: str, known: str | None, arguments: dict[str, Any]
) -> None:
    """It may be made from another image in a moment; until then it is as `known`."""
    query = for_update(select(_w.images).where(_w.uuid == uuid))
    images = connection.execute(query).scalar()
    if images is None:
        return
    kept = {name: facts for name, facts in images.items() if name == known}
    boot = arguments.get("boot_images") or {}
    kept[arguments["image"]["id"]] = {
        "image": arguments["image"],
        "kernel": boot.get("kernel"),
        "ramdisk": boot.get("ramdisk"),
        "personality": arguments.get("personality") or [],
    }
    connection.execute(update(wishes).where(_w.uuid == uuid).values(images=kept))


def of(connection: Connection, head: Instance) -> RequestSpec:
    """What is to be made again; StepRefused where that is not known for sure."""
    row = connection.execute(select(_w.spec, _w.images).where(_w.uuid == head.uuid)).first()
    if row is None:
        raise StepRefused(UNKNOWN)
    spec: RequestSpec = RequestSpec.from_document(row.spec["document"])
    changes = {name: getattr(head, name) for name in _FROM_HEAD}
    changes |= _images(spec, row.images, head.image_id)
    changes["availability_zone"] = head.pinned_availability_zone
    changes["networks"] = _networks(spec, head)
    changes["volumes"] = _volumes(spec, head)
    changes["key"] = _key(connection, spec, head)
    return spec.replace(**changes)  # type: ignore[no-any-return]


def _images(spec: RequestSpec, images: dict[str, Any], image_id: str | None) -> dict[str, Any]:
    rebuilt = images.get(image_id or "")
    if rebuilt is not None:
        found = {name: _facts(rebuilt[name]) for name in ("image", "kernel", "ramdisk")}
        return {**found, "personality": rebuilt["personality"]}
    if (spec.image.id if spec.image is not None else None) != image_id:
        raise StepRefused(OTHER_IMAGE)
    return {}


def _key(connection: Connection, spec: RequestSpec, head: Instance) -> KeyFacts | None:
    """A rebuild may have given it another one."""
    if head.key_name is None or (spec.key is not None and spec.key.name == head.key_name):
        return spec.key if head.key_name is not None else None
    found = keypairs.find(connection, head.user_id, head.key_name)
    return found.facts() if found is not None else None


def _facts(document: dict[str, Any] | None) -> ImageFacts | None:
    return None if document is None else ImageFacts.from_document(document)


def _networks(spec: RequestSpec, head: Instance) -> Any:
    """Ports that were plugged in later are wished too, those that were taken away not any more."""
    served = [nic for nic in head.nics if nic.get("service")]
    if not served and not isinstance(spec.networks, list):
        return spec.networks
    wished = list(spec.networks) if isinstance(spec.networks, list) else []
    found = []
    for nic in head.nics:
        own = [w for w in wished if w.get("port_id") == nic["id"]]
        own = own or [w for w in wished if w.get("network_id") == nic["network_id"]]
        if own:
            wished.remove(own[0])
        found.append(own[0] if own else _as_wish(nic))
    return found


def _as_wish(nic: dict[str, Any]) -> dict[str, Any]:
    given = {"port_id": nic["id"] if nic.get("preserve") else None}
    return {"network_id": nic["network_id"], "address": None, "tag": nic.get("tag"), **given}


def _volumes(spec: RequestSpec, head: Instance) -> list[dict[str, Any]]:
    """Those it has; the one that it boots from says of which image it is."""
    known = {volume["id"]: volume for volume in spec.volumes}
    return [
        {**known.get(volume["id"], {}), **volume, "image": dict(head.image_properties)}
        if volume.get("boot_index") == 0
        else {**known.get(volume["id"], {}), **volume}
        for volume in head.volumes
    ]
