# SPDX-License-Identifier: Apache-2.0
"""Which trait a host has to have to boot from an image of a type, by os-traits' names."""

from __future__ import annotations

from typing import Any

_BY_FORMAT = {
    name: f"COMPUTE_IMAGE_TYPE_{name.upper()}"
    for name in ("aki", "ami", "ari", "iso", "ploop", "qcow2", "raw", "vdi", "vhd", "vhdx", "vmdk")
}
_TREE = "COMPUTE_IMAGE_TYPE_TREE"
ALL = frozenset({*_BY_FORMAT.values(), _TREE})


def trait_of(image: Any) -> str | None:
    """The trait for an `ImageFacts`; None for a type nobody has a name for."""
    if image is None:
        return None
    if image.container_format == "docker":
        return _TREE
    return _BY_FORMAT.get(image.disk_format)
