# SPDX-License-Identifier: Apache-2.0
"""What a node is told of the machine it is to become: image, root disk, traits and capabilities."""

from __future__ import annotations

import base64
import gzip
from typing import Any

from nova_cells.cell.compute.drivers.ironic.marks import KEY, Mark
from nova_cells.cell.compute.guest_data import guest_files
from nova_cells.cell.compute.guest_data.config_drive import pack
from nova_cells.objects import ImageFacts, Machine

CAPABILITY, TRAIT = "capabilities:", "trait:"


def instance_info(machine: Machine, mark: Mark, image_url: str) -> dict[str, Any]:
    """The document; `image_url` as in [ironic]."""
    info: dict[str, Any] = {
        KEY: mark.document(),
        "display_name": machine.name,
        "root_gb": str(machine.root_gb),
        "vcpus": str(machine.vcpus),
        "memory_mb": str(machine.memory_mb),
        "traits": _traits(machine),
        "capabilities": _capabilities(machine),
    }
    if machine.image is not None:
        info |= _image(machine.image, image_url)
    for name in ("kernel", "ramdisk"):
        if part := getattr(machine, name):
            info[name] = image_url.format(id=part.id) if image_url else part.id
    return info


def config_drive(machine: Machine) -> str:
    """The whole disk, as the service takes it."""
    return base64.b64encode(gzip.compress(pack(guest_files(machine)), mtime=0)).decode()


def _image(image: ImageFacts, image_url: str) -> dict[str, Any]:
    if not image_url:
        return {"image_source": image.id}
    info = {"image_source": image_url.format(id=image.id)}
    if image.hash_algo and image.hash_value:
        info |= {"image_os_hash_algo": image.hash_algo, "image_os_hash_value": image.hash_value}
    elif image.checksum:
        info["image_checksum"] = image.checksum
    return info


def _traits(machine: Machine) -> list[str]:
    """Those the flavor asks for of nodes: what drivers can do is no business of Ironic's."""
    wished = {
        key.removeprefix(TRAIT)
        for key, value in machine.extra_specs.items()
        if key.startswith(TRAIT) and value == "required"
    }
    return sorted(name for name in wished if not name.startswith("COMPUTE_"))


def _capabilities(machine: Machine) -> dict[str, str]:
    """As the flavor states them, without operators."""
    return {
        key.removeprefix(CAPABILITY): value.rsplit(" ", 1)[-1]
        for key, value in machine.extra_specs.items()
        if key.startswith(CAPABILITY)
    }
