# SPDX-License-Identifier: Apache-2.0
"""The volumes of a request for new servers: what they come to, and theirs once it is accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from nova_cells.clients.volumes.none import ABSENT
from nova_cells.global_api.faults import ApiFault, BadRequest, NotFound
from nova_cells.global_api.others import told
from nova_cells.global_api.resources.servers.wish import Wish
from nova_cells.global_api.volumes import wishes as volume_wishes
from nova_cells.global_api.volumes.planning import VolumePlan, VolumePlanner, rooted
from nova_cells.global_api.volumes.reserving import VolumesOfNewServers
from nova_cells.objects import ImageFacts, RequestSpec

NOTHING = VolumePlan()


class BootVolumes:
    """Serves one request. `find_image` answers an image's facts, or refuses."""

    def __init__(self, request: Any, find_image: Callable[[str], ImageFacts]) -> None:
        self._request = request
        self._find_image = find_image
        self._volumes = request.side.others.volumes

    def plan(self, wanted: Wish, image: ImageFacts | None) -> tuple[VolumePlan, ImageFacts | None]:
        """What there will be; and the image, unless that only says which volumes there are."""
        properties = dict(image.properties) if image is not None else {}
        mapped = volume_wishes.of_image(properties, wanted.disks.volumes)
        wishes = [*mapped, *wanted.disks.volumes]
        if not wishes:
            return NOTHING, image
        if not self._volumes.offered:
            raise BadRequest(f"Invalid block_device_mapping: {ABSENT}; disks can be local only.")
        with told():
            plan = planner(self._request, self._find_image).plan(wishes, wanted.zone, wanted.most)
        if any(each.boot_index == 0 for each in mapped):
            return rooted(plan, properties), None
        return plan, image

    @contextmanager
    def taken(
        self, specs: Sequence[RequestSpec], plan: VolumePlan
    ) -> Iterator[Callable[[Connection], None]]:
        """Taken while the servers are accepted, and given back where they are refused.

        What it yields has to be part of the transaction that accepts them.
        """
        taking = VolumesOfNewServers(
            self._request.side.database, self._volumes, self._request.caller
        )
        try:
            with told():
                taking.take(specs, plan)
        except NotFound as fault:  # a type, or what has gone since it was looked at
            raise BadRequest(f"{volume_wishes.INVALID}: {fault.message}") from fault
        try:
            yield taking.accepted
        except ApiFault:
            taking.give_back()
            raise


def planner(request: Any, find_image: Callable[[str], ImageFacts] | None = None) -> VolumePlanner:
    """Of what a request wishes for, in the version it speaks."""
    return VolumePlanner(
        request.side.others.volumes,
        request.caller,
        find_image or _no_image,
        multiattach=request.gate("2.60-volumes-of-several-servers"),
    )


def _no_image(image_id: str) -> ImageFacts:
    raise AssertionError(f"nobody asked for a volume of image {image_id}")
