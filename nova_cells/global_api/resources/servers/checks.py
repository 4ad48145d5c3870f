# SPDX-License-Identifier: Apache-2.0
"""What must fit before a wish is taken: image into flavor, and lists into their limits."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from nova_cells.global_api.faults import BadRequest, Forbidden, QuotaExceeded
from nova_cells.global_api.router.capacity import TRUSTED_CERTS
from nova_cells.objects import Flavor, ImageFacts
from nova_cells.objects.hardware import Unfit, wishes_of
from nova_cells.objects.port_requests import DEVICES, device_trait

GIB = 1024**3
UNLIMITED = -1


def image_fits(image: ImageFacts, flavor: Flavor) -> None:
    """An image has to be usable, to go with the flavor and to fit into its memory and disk."""
    if image.status != "active":
        raise BadRequest(f"Invalid imageRef: image {image.id} is not active.")
    try:
        wishes_of(image.properties, flavor.extra_specs)
    except Unfit as unfit:
        raise BadRequest(str(unfit)) from unfit
    if flavor.memory_mb < image.min_ram:
        raise BadRequest(
            f"Flavor's memory is too small for requested image: "
            f"{flavor.memory_mb} MiB, but {image.min_ram} MiB are needed."
        )
    if flavor.root_gb == 0:
        return
    if image.size > flavor.root_gb * GIB:
        raise BadRequest(
            f"Flavor's disk is too small for requested image. Flavor disk is "
            f"{flavor.root_gb * GIB} bytes, image is {image.size} bytes."
        )
    if flavor.root_gb < image.min_disk:
        raise BadRequest(
            f"The size of the root disk is {flavor.root_gb} GiB, less than the minimum size "
            f"specified in image metadata: {image.min_disk} GiB."
        )


def certificates_are_of_use(wanted: Mapping[str, Any], offered: Callable[[str], bool]) -> None:
    """To name trusted certificates where no host looks at signatures would promise too much."""
    if wanted.get("trusted_image_certificates") and not offered(TRUSTED_CERTS):
        raise BadRequest(
            "Invalid trusted_image_certificates: no host of this deployment verifies the "
            "signatures of images."
        )


def ports_have_hosts(wishes: Iterable[Mapping[str, Any]], offered: Callable[[str], bool]) -> None:
    """A port that is a device of its host needs a host with such devices."""
    for wish in wishes:
        kind = wish.get("vnic_type")
        if kind in DEVICES and not offered(device_trait(kind)):
            raise BadRequest(
                f"Port {wish['port_id']} is of the kind {kind!r}: no host of this deployment has "
                "such devices for servers."
            )


def disk_may_be_unlimited(flavor: Flavor, allowed: bool) -> None:
    """A root disk of size zero is as large as the image: not for everybody."""
    if flavor.root_gb == 0 and not allowed:
        raise Forbidden("Only volume-backed servers are allowed for flavors with zero disk.")


def metadata_in_limits(metadata: Mapping[str, str], limits: Mapping[str, int]) -> None:
    most = limits.get("metadata_items", UNLIMITED)
    if most != UNLIMITED and len(metadata) > most:
        raise QuotaExceeded(f"Maximum number of metadata items exceeds {most}", ("metadata_items",))


def files_in_limits(files: Sequence[Mapping[str, str]], limits: Mapping[str, int]) -> None:
    """Files to put into a server: how many, how long, under what names."""
    _at_most("injected_files", len(files), limits)
    for file in files:
        _at_most("injected_file_path_bytes", len(file["path"].encode()), limits)
        size = len(base64.b64decode(file["contents"]))
        _at_most("injected_file_content_bytes", size, limits)


def _at_most(name: str, asked: int, limits: Mapping[str, int]) -> None:
    most = limits.get(name, UNLIMITED)
    if most != UNLIMITED and asked > most:
        raise QuotaExceeded(
            f"Quota exceeded for personality: {name} may be at most {most}", (name,)
        )
