# SPDX-License-Identifier: Apache-2.0
"""What a server counts against its quota, told from its document alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CHARGED = ("cores", "ram", "disk")


def charge_of(document: Mapping[str, Any]) -> dict[str, int]:
    """Of two sizes that it may end with the larger of each: while it is resized, till confirmed."""
    own_root = document.get("image_id") is not None
    charge = _size(document["flavor"], own_root)
    if document.get("other_flavor"):
        other = _size(document["other_flavor"], own_root)
        charge = {name: max(charge[name], other[name]) for name in CHARGED}
    return charge


def _size(flavor: Mapping[str, Any], own_root: bool) -> dict[str, int]:
    root = flavor["root_gb"] if own_root else 0
    disk = root + flavor["ephemeral_gb"] - (-flavor["swap_mb"] // 1024)
    return {"cores": flavor["vcpus"], "ram": flavor["memory_mb"], "disk": disk}
