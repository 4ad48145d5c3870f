# SPDX-License-Identifier: Apache-2.0
"""A volume as a body, an old body or an image wishes for it: one form of all three."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.resources.servers.schemas.fields import truth

Document = dict[str, Any]
INVALID = "Block Device Mapping is Invalid"


@dataclass(frozen=True)
class VolumeWish:
    """`source` is volume, image, snapshot or blank, `id` which one. `size` in GiB.

    `ends`: with its server. `boot_index` 0 is what is booted from.
    """

    source: str
    id: str | None
    size: int | None = None
    boot_index: int | None = None
    tag: str | None = None
    bus: str | None = None
    device: str | None = None
    ends: bool = False
    volume_type: str | None = None


def of_body(device: Document) -> VolumeWish:
    """An entry of block_device_mapping_v2, whose form has been looked at."""
    index, size = device.get("boot_index"), device.get("volume_size")
    source = device["source_type"]
    return VolumeWish(
        source=source,
        id=device.get("uuid") or device.get(f"{source}_id"),
        size=None if size in (None, "") else int(size),
        boot_index=None if index is None else int(index),
        tag=device.get("tag"),
        bus=device.get("disk_bus"),
        device=device.get("device_name"),
        ends=truth(device.get("delete_on_termination") or False),
        volume_type=device.get("volume_type") or None,
    )


def of_old_body(devices: Iterable[Document], image: str | None) -> list[VolumeWish]:
    """Of block_device_mapping, where a name says what is booted from."""
    wishes = [_old(device) for device in devices]
    if image is not None or not wishes:
        return wishes
    named = (i for i, wish in enumerate(wishes) if (wish.device or "").endswith("vda"))
    root = next(named, 0)
    return [replace(w, boot_index=0) if i == root else w for i, w in enumerate(wishes)]


def _old(device: Document) -> VolumeWish:
    source = next((s for s in ("volume", "snapshot") if device.get(f"{s}_id")), None)
    if source is None:
        raise BadRequest(f"{INVALID}: Unrecognized legacy format.")
    return of_body({**device, "source_type": source, "uuid": device[f"{source}_id"]})


def of_image(properties: dict[str, str], named: Iterable[VolumeWish]) -> list[VolumeWish]:
    """What an image that was made of a volume-backed server says; a body's own device wins."""
    text = properties.get("block_device_mapping")
    if not text:
        return []
    taken = {wish.device for wish in named if wish.device}
    try:
        told = orjson.loads(text)
        devices = [each for each in told if _is_volume(each)]
        return [_imaged(each) for each in devices if each.get("device_name") not in taken]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BadRequest(f"{INVALID}: that of the image can't be understood.") from None


def _is_volume(device: Document) -> bool:
    """Disks of its host are as its flavor has them."""
    left_out = truth(device.get("no_device") or False)
    return not left_out and device.get("destination_type") != "local"


def _imaged(device: Document) -> VolumeWish:
    source = device.get("source_type") or ("snapshot" if device.get("snapshot_id") else "volume")
    if source not in ("volume", "snapshot", "image", "blank"):
        raise ValueError(source)
    return of_body({**device, "source_type": source, "uuid": device.get(f"{source}_id")})


def is_mapped(properties: dict[str, str]) -> bool:
    """Whether an image is no disk, but says which volumes to boot from."""
    return bool(properties.get("block_device_mapping"))
