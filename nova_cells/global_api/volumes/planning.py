# SPDX-License-Identifier: Apache-2.0
"""What volumes a request comes to: each wish looked up, checked and priced before one is taken.

Nothing is made here. The states of volumes are only looked at: the volume service itself has the
last word when they are reserved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nova_cells.clients.service_faults import NotThere
from nova_cells.clients.volumes.interface import VolumeService
from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.volumes.wishes import INVALID, VolumeWish
from nova_cells.objects import Flavor, ImageFacts

Document = dict[str, Any]
GIB = 1024**3
MIGRATED = (None, "", "error", "success", "none")


@dataclass(frozen=True)
class Planned:
    """One volume of each server: a `given` one, or one to be made with `size`.

    `image`: what is known of the image it was, or will be, made of.
    """

    wish: VolumeWish
    size: int
    given: Document | None = None
    image: Document = field(default_factory=dict)


@dataclass(frozen=True)
class VolumePlan:
    """`zone`: where servers have to be for their volumes; None: anywhere."""

    volumes: tuple[Planned, ...] = ()
    zone: str | None = None

    @property
    def root(self) -> Planned | None:
        """What is booted from, where that is a volume."""
        return next((each for each in self.volumes if each.wish.boot_index == 0), None)


class VolumePlanner:
    """Serves one request. `find_image` answers an image's facts, or refuses."""

    def __init__(
        self,
        volumes: VolumeService,
        caller: Any,
        find_image: Callable[[str], ImageFacts],
        *,
        multiattach: bool = True,
    ) -> None:
        self._volumes = volumes
        self._caller = caller
        self._find_image = find_image
        self._multiattach = multiattach

    def plan(self, wishes: Sequence[VolumeWish], zone: str | None, servers: int) -> VolumePlan:
        """For that many servers, in a zone if one was asked for."""
        _refuse_twins(wishes)
        planned = [self._look_up(wish) for wish in wishes]
        for each in planned:
            if each.given is not None and servers > 1 and not each.given["multiattach"]:
                raise BadRequest("Cannot attach one or more volumes to multiple instances")
        return VolumePlan(tuple(planned), self._zone(planned, zone))

    def given(self, volume_id: str) -> Document:
        """A volume that somebody has, and that a server may have now."""
        volume = self._volumes.volume(self._caller, volume_id)
        self.be_free(volume)
        return volume

    def be_free(self, volume: Document) -> None:
        """Refuse one that a server can't be given now."""
        if volume["multiattach"] and not self._multiattach:
            raise BadRequest("Attaching multiattach volumes is only supported from 2.60 on.")
        good = {"available", "in-use"} if volume["multiattach"] else {"available"}
        if volume["status"] not in good or volume["migration_status"] not in MIGRATED:
            raise BadRequest(
                f"Invalid volume: volume '{volume['id']}' status must be "
                f"{' or '.join(sorted(good))}. Currently in '{volume['status']}'"
            )

    def in_reach(self, volume: Document, zone: str | None) -> None:
        """Refuse one of another zone, where servers can't have those."""
        if self._volumes.crosses_zones or not zone or zone == volume["zone"]:
            return
        raise BadRequest(
            f"Invalid volume: the server and volume {volume['id']} are not in the same "
            f"availability_zone. Server is in {zone}. Volume is in {volume['zone']}"
        )

    def _look_up(self, wish: VolumeWish) -> Planned:
        try:
            return getattr(self, f"_{wish.source}")(wish)  # type: ignore[no-any-return]
        except NotThere as fault:
            raise BadRequest(f"{INVALID}: failed to get {wish.source} {wish.id}.") from fault

    def _volume(self, wish: VolumeWish) -> Planned:
        volume = self.given(str(wish.id))
        if wish.boot_index == 0 and not volume["bootable"]:
            raise BadRequest(f"{INVALID}: Volume {wish.id} is not bootable.")
        return Planned(wish, volume["size"], volume, volume["image"])

    def _snapshot(self, wish: VolumeWish) -> Planned:
        snapshot = self._volumes.snapshot(self._caller, str(wish.id))
        if snapshot["status"] != "available":
            raise BadRequest(
                f"{INVALID}: snapshot {wish.id} is not available, but {snapshot['status']}."
            )
        size = wish.size or snapshot["size"]
        if size < snapshot["size"]:
            raise BadRequest(f"{INVALID}: snapshot {wish.id} is larger than {size} GiB.")
        return Planned(wish, size, None, self._origin(snapshot) if wish.boot_index == 0 else {})

    def _origin(self, snapshot: Document) -> Document:
        """What is known of a snapshot's image; nothing where its volume has gone before it."""
        try:
            volume = self._volumes.volume(self._caller, snapshot["volume_id"])
        except NotThere:
            return {}
        image: Document = volume["image"]
        return image

    def _image(self, wish: VolumeWish) -> Planned:
        if not wish.size:
            raise BadRequest(
                f"{INVALID}: Images with destination_type 'volume' need to have a non-zero size "
                "specified"
            )
        image = self._find_image(str(wish.id))
        if image.status != "active":
            raise BadRequest(f"{INVALID}: image {image.id} is not active.")
        if wish.size < image.min_disk or wish.size * GIB < image.size:
            least = max(image.min_disk * GIB, image.size)
            raise BadRequest(
                "Volume is smaller than the minimum size specified in image metadata. Volume size "
                f"is {wish.size * GIB} bytes, minimum size is {least} bytes."
            )
        facts = {**image.properties, "image_id": image.id, "min_ram": str(image.min_ram)}
        return Planned(wish, wish.size, None, {**facts, "min_disk": str(image.min_disk)})

    def _blank(self, wish: VolumeWish) -> Planned:
        if not wish.size:
            raise BadRequest(
                f"{INVALID}: Blank volumes (source: 'blank', dest: 'volume') need to have "
                "non-zero size"
            )
        return Planned(wish, wish.size)

    def _zone(self, planned: Sequence[Planned], zone: str | None) -> str | None:
        """Volumes that are there decide it where nobody else did."""
        if self._volumes.crosses_zones:
            return None
        for each in planned:
            if each.given is not None:
                self.in_reach(each.given, zone)
                zone = each.given["zone"]
        return zone


def fits(plan: VolumePlan, flavor: Flavor) -> None:
    """The root's image may want more memory than the flavor has."""
    image = plan.root.image if plan.root is not None else {}
    text = str(image.get("min_ram") or "0")
    least = int(text) if text.isdecimal() else 0
    if flavor.memory_mb < least:
        raise BadRequest(
            f"Flavor's memory is too small for requested image: "
            f"{flavor.memory_mb} MiB, but {least} MiB are needed."
        )


def rooted(plan: VolumePlan, properties: dict[str, str]) -> VolumePlan:
    """What an image says that is itself no disk goes for the volume it is booted from."""
    kept = {k: v for k, v in properties.items() if k not in ("block_device_mapping", "bdm_v2")}
    return replace(
        plan,
        volumes=tuple(
            replace(each, image={**each.image, **kept}) if each is plan.root else each
            for each in plan.volumes
        ),
    )


def _refuse_twins(wishes: Sequence[VolumeWish]) -> None:
    ids = [wish.id for wish in wishes if wish.source == "volume"]
    if len(set(ids)) < len(ids):
        raise BadRequest(f"{INVALID}: a volume is named twice.")
