# SPDX-License-Identifier: Apache-2.0
"""Looks up everything a wish names: in one read transaction, and one call to the image service.

Whatever is not there is a 400 that names the field; a server is not wished for by halves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from nova_cells.clients.images import ImageNotFound, ImageUnavailable
from nova_cells.global_api.db.tables.host_index import host_index
from nova_cells.global_api.faults import ApiFault, BadRequest
from nova_cells.global_api.quota import holds
from nova_cells.global_api.quota.limits import Limits
from nova_cells.global_api.resources.flavors import store as flavors
from nova_cells.global_api.resources.keypairs import store as keypairs
from nova_cells.global_api.resources.server_groups import store as groups
from nova_cells.global_api.resources.servers.wish import Wish
from nova_cells.objects import Flavor, GroupPolicy, ImageFacts, KeyFacts
from nova_cells.runtime.context import RequestContext

_h = host_index.c


class ImageServiceAway(ApiFault):
    """The image service does not answer: nothing was made."""

    code = 503
    retry_after = 10


@dataclass(frozen=True)
class References:
    """What a wish names, found. `limits` and `used` are for messages and counts, not decisions."""

    flavor: Flavor
    key: KeyFacts | None
    group: GroupPolicy | None
    limits: dict[str, int]
    used: dict[str, int]


class ReferenceReader:
    """Reads for one caller."""

    def __init__(
        self, connection: Connection, caller: RequestContext, limits: Limits, zone: str
    ) -> None:
        self._connection = connection
        self._caller = caller
        self._limits = limits
        self._default_zone = zone

    def read(self, wish: Wish) -> References:
        project, user = self._caller.project_id or "", self._caller.user_id or ""
        self._check_zone(wish)
        self._check_host(wish)
        return References(
            flavor=self._flavor(wish),
            key=self._key(wish.server.get("key_name"), user),
            group=self._group(wish.group),
            **self._quota(wish, project, user),
        )

    def _quota(self, wish: Wish, project: str, user: str) -> dict[str, dict[str, int]]:
        """Read only if something depends on it: most wishes are one server without extras."""
        if not wish.depends_on_limits:
            return {"limits": {}, "used": {}}
        return {
            "limits": self._limits.effective(self._connection, project, user),
            "used": holds.usage(self._connection, project),
        }

    def _flavor(self, wish: Wish) -> Flavor:
        visible_to = None if self._caller.is_admin else self._caller.project_id or ""
        row = flavors.find(self._connection, wish.flavor, visible_to)
        if row is None or row.disabled:
            raise BadRequest(f"Invalid flavorRef: flavor {wish.flavor} could not be found.")
        return flavors.to_object(row)

    def _key(self, name: str | None, user: str) -> KeyFacts | None:
        if name is None:
            return None
        found = keypairs.find(self._connection, user, name)
        if found is None:
            raise BadRequest(f"Invalid key_name provided: key pair {name} could not be found.")
        return found.facts()

    def _group(self, uuid: str | None) -> GroupPolicy | None:
        if uuid is None:
            return None
        found = groups.find(self._connection, uuid)
        if found is None or found.project_id != self._caller.project_id:
            raise BadRequest(f"Invalid hint group: server group {uuid} could not be found.")
        return GroupPolicy(
            uuid=found.uuid,
            name=found.name,
            policy=found.policy,
            max_server_per_host=int((found.rules or {}).get("max_server_per_host", 1)),
        )

    def _check_zone(self, wish: Wish) -> None:
        if wish.zone in (None, self._default_zone) or self._exists(_h.zone == wish.zone):
            return
        raise BadRequest(
            f"Invalid availability_zone: the requested availability zone {wish.zone} "
            "is not available"
        )

    def _check_host(self, wish: Wish) -> None:
        for name, column in (("host", _h.name), ("hypervisor_hostname", _h.node)):
            value = wish.server.get(name)
            if value is not None and not self._exists(column == value):
                raise BadRequest(f"Invalid {name}: compute host {value} could not be found.")

    def _exists(self, condition: Any) -> bool:
        query = select(_h.id).where(condition, _h.deleted.is_(False)).limit(1)
        return self._connection.execute(query).first() is not None


def find_boot_images(
    images: Any, caller: RequestContext, image: ImageFacts | None
) -> dict[str, ImageFacts | None]:
    """Kernel and RAM disk that the image names: the caller has to be allowed to see them too."""
    properties = image.properties if image is not None else {}
    return {
        name: find_image(images, caller, properties[f"{name}_id"])
        if properties.get(f"{name}_id")
        else None
        for name in ("kernel", "ramdisk")
    }


def find_image(images: Any, caller: RequestContext, image_id: str) -> ImageFacts:
    """The image's facts as the image service tells this caller."""
    try:
        facts: ImageFacts = images.find(caller, image_id)
    except ImageNotFound:
        raise BadRequest(f"Invalid imageRef: image {image_id} could not be found.") from None
    except ImageUnavailable as away:
        raise ImageServiceAway(f"The image service does not answer: {away}") from away
    return facts
