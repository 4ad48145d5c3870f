# SPDX-License-Identifier: Apache-2.0
"""Which disks a new server is to have: those of its host are settled here, volumes are named.

A device that lies on the host is the root disk (made from the image), swap, or an ephemeral disk.
All else is a volume, and the business of the volume service.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.resources.servers.schemas.fields import truth
from nova_cells.global_api.volumes import wishes
from nova_cells.global_api.volumes.wishes import VolumeWish
from nova_cells.objects import Flavor

Device = dict[str, Any]

OF_VOLUMES = ("volume", "snapshot")
FORMATS = (None, "", "default", "ext4")
NO_SEQUENCE = (
    "Block Device Mapping is Invalid: Boot sequence for the instance and image/block device "
    "mapping combination is not valid."
)


@dataclass(frozen=True)
class Disks:
    """`image` is that of the root disk. `local`: swap and ephemeral disks. `named`: by the body."""

    image: str | None = None
    local: list[Device] = field(default_factory=list)
    volumes: list[VolumeWish] = field(default_factory=list)
    named: int = 0


def read(server: Device) -> Disks:
    """The disks of a body; refuses what contradicts itself."""
    old = _kept(server.get("block_device_mapping", ()))
    devices = _kept(server.get("block_device_mapping_v2", ()))
    if old and devices:
        raise BadRequest(
            "Using different block_device_mapping syntaxes is not allowed in the same request."
        )
    placed = [(each, _destination(each)) for each in devices]
    local = [each for each, where in placed if where == "local"]
    volumes = [each for each, where in placed if where == "volume"]
    roots = [each for each in local if each["source_type"] == "image"]
    image = _image(server, roots)
    _check_sequence(server, devices, image)
    blanks = [_blank(each) for each in local if each["source_type"] == "blank"]
    if sum(each["kind"] == "swap" for each in blanks) > 1:
        raise BadRequest("More than one swap drive requested.")
    found = wishes.of_old_body(old, image) + [wishes.of_body(each) for each in volumes]
    root = next((wish for wish in found if wish.boot_index == 0), None)
    if root is not None and image is not None:
        if root.source == "image" and root.id != image:
            raise BadRequest(NO_SEQUENCE)
        image = None  # the root volume is made of it, or is booted from in its place
    return Disks(image, blanks, found, len(local))


def fitted(local: Iterable[Device], flavor: Flavor) -> list[Device]:
    """The local disks with their sizes: what the flavor has is the most there can be."""
    sized = [_sized(each, flavor) for each in local]
    swap = sum(each["size"] for each in sized if each["kind"] == "swap")
    if swap > flavor.swap_mb:
        raise BadRequest("Swap drive requested is larger than instance type allows.")
    if sum(each["size"] for each in sized if each["kind"] == "ephemeral") > flavor.ephemeral_gb:
        raise BadRequest(
            "Ephemeral disks requested are larger than the instance type allows. If no size is "
            "given in one block device mapping, flavor ephemeral size will be used."
        )
    return sized


def few_enough(disks: Disks, flavor: Flavor, most: int) -> None:
    """A host has not room for any number of disks; `most` below zero is no limit."""
    kinds = {each["kind"] for each in disks.local}
    count = len(disks.local) + (1 if disks.image else 0)
    count += "ephemeral" not in kinds and flavor.ephemeral_gb > 0
    count += "swap" not in kinds and flavor.swap_mb > 0
    if disks.named and 0 <= most < count:
        raise BadRequest(f"Invalid block_device_mapping_v2: at most {most} local disks.")


def _kept(devices: Iterable[Device]) -> list[Device]:
    """A device that is named to be left out is left out."""
    return [each for each in devices if not _left_out(each.get("no_device"))]


def _left_out(value: Any) -> bool:
    return truth(value) if isinstance(value, bool | str) else value is not None


def _destination(device: Device) -> str:
    source = device.get("source_type")
    if source is None:
        raise BadRequest("Block Device Mapping is Invalid: Invalid source_type field.")
    where: str = device.get("destination_type") or ("volume" if source in OF_VOLUMES else "local")
    if source in OF_VOLUMES and where == "local":
        raise BadRequest(
            f"Block Device Mapping is Invalid: a {source} can't be mapped to a local disk."
        )
    if (source == "blank") == bool(device.get("uuid")):
        wrong = "Invalid" if source == "blank" else "Missing"
        raise BadRequest(f"Block Device Mapping is Invalid: {wrong} device UUID.")
    if where == "local" and device.get("volume_type"):
        raise BadRequest("Block Device Mapping is Invalid: a local disk has no volume_type.")
    return where


def _image(server: Device, roots: list[Device]) -> str | None:
    """The image of the root disk: that of imageRef, or the one that a device says the long way."""
    named = str(server.get("imageRef", "")).rsplit("/", 1)[-1]
    for device in roots:
        if _index(device) != 0:
            raise BadRequest(
                "Block Device Mapping is Invalid: Mapping image to local is not "
                "supported, but for the disk that is booted from."
            )
        if {"volume_size", "guest_format"} & device.keys():
            raise BadRequest(
                "Block Device Mapping is Invalid: the flavor says how large the root disk is."
            )
        if named and device["uuid"] != named:
            raise BadRequest(NO_SEQUENCE)
        named = device["uuid"]
    return named or None


def _check_sequence(server: Device, devices: list[Device], image: str | None) -> None:
    """One device is booted from first, and no two have the same place."""
    indices = [index for each in devices if (index := _index(each)) is not None and index >= 0]
    if image is not None and 0 not in indices:
        indices.append(0)
    if sorted(indices) != list(range(len(indices))):
        raise BadRequest(NO_SEQUENCE)
    roots = [each for each in devices if _index(each) == 0]
    # A blank volume is no use to boot from, but for who rescues the server from then on.
    if any(each["source_type"] == "blank" and _destination(each) == "local" for each in roots):
        raise BadRequest(NO_SEQUENCE)


def _index(device: Device) -> int | None:
    index = device.get("boot_index")
    return None if index is None else int(index)


def _blank(device: Device) -> Device:
    swap = device.get("guest_format") == "swap"
    if not swap and device.get("guest_format") not in FORMATS:
        raise BadRequest(
            f"Invalid guest_format: {device['guest_format']!r}; a local disk is ext4 or swap."
        )
    size = device.get("volume_size")
    return {
        "kind": "swap" if swap else "ephemeral",
        "size": None if size in (None, "") else int(size),
        "tag": device.get("tag"),
        "disk_bus": device.get("disk_bus"),
        "device_name": device.get("device_name"),
    }


def _sized(device: Device, flavor: Flavor) -> Device:
    whole = flavor.swap_mb if device["kind"] == "swap" else flavor.ephemeral_gb
    size = whole if device["size"] is None else device["size"]
    if size == 0:
        raise BadRequest(f"Invalid block_device_mapping_v2: the flavor has no {device['kind']}.")
    return {**device, "size": size}
