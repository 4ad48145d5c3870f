# SPDX-License-Identifier: Apache-2.0
"""Images of servers in Glance: records by the user's token, bytes by our own user.

Every step looks before it leaps: one repeated after a crash finds what the first one did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from oslo_config import cfg

from nova_cells.clients.images.faults import (
    ImageFault,
    ImageNotFound,
    ImageRefused,
    ImageUnavailable,
)
from nova_cells.clients.images.glance import NOT_PROPERTIES, GlanceImages, as_user, facts_of
from nova_cells.clients.images.interface import ImageStore
from nova_cells.clients.service_faults import (
    InUse,
    NotThere,
    ServiceFault,
    Unavailable,
)
from nova_cells.objects import ImageFacts

_PATCH = {"Content-Type": "application/openstack-images-v2.1-json-patch"}
_BYTES = {"Content-Type": "application/octet-stream"}


class GlanceStore(GlanceImages, ImageStore):
    """Glance, for reading and writing."""

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        super().__init__(conf)
        self._upload_timeout = conf.glance.upload_timeout

    def create(self, ctx: Any, image: ImageFacts) -> None:
        reserved = sorted(NOT_PROPERTIES & set(image.properties))
        if reserved:
            raise ImageRefused(f"An image has no property {reserved[0]} of its own.")
        wanted = {"id": image.id, "name": image.name, "visibility": "private"}
        wanted |= {"min_disk": image.min_disk, "min_ram": image.min_ram, **image.properties}
        try:
            self._glance.post("/images", wanted, as_user(ctx))
        except InUse as fault:
            if self._status(image.id) is None:
                raise _store_fault(fault, image.id) from fault
        except ServiceFault as fault:
            raise _store_fault(fault, image.id) from fault

    def upload(
        self,
        image_id: str,
        disk_format: str,
        chunks: Iterable[bytes],
        container_format: str = "bare",
    ) -> ImageFacts:
        status = self._status(image_id)
        if status is None:
            raise ImageNotFound(image_id)
        if status != "active":
            try:
                self._prepare(image_id, disk_format, container_format)
                self._bring(image_id, chunks)
            except ServiceFault as fault:
                raise _store_fault(fault, image_id) from fault
        return facts_of(self._found(image_id))

    def delete(self, image_id: str, ctx: Any = None) -> None:
        try:
            self._glance.delete(f"/images/{image_id}", as_user(ctx))
        except NotThere:
            return
        except ServiceFault as fault:
            raise _store_fault(fault, image_id) from fault

    def owned(self, project_id: str, properties: Mapping[str, str]) -> list[ImageFacts]:
        words = {**properties, "owner": project_id, "sort": "created_at:desc,id:desc"}
        found = [facts_of(document) for document in self._listed(None, **words)]
        return [image for image in found if image.owner == project_id]

    def url(self, image_id: str) -> str | None:
        try:
            return f"{self._glance.address()}/images/{image_id}"
        except Unavailable as fault:
            raise ImageUnavailable(fault.message) from fault

    def _status(self, image_id: str) -> str | None:
        """As we see it; None for one that is not there."""
        try:
            return str(self._found(image_id)["status"])
        except ImageNotFound:
            return None

    def _prepare(self, image_id: str, disk_format: str, container_format: str) -> None:
        """Say what the bytes will be; Glance wants to know before it takes them."""
        facts = {"disk_format": disk_format, "container_format": container_format}
        changes = [{"op": "add", "path": f"/{name}", "value": facts[name]} for name in facts]
        self._glance.patch(f"/images/{image_id}", changes, headers=_PATCH, again=True)

    def _bring(self, image_id: str, chunks: Iterable[bytes]) -> None:
        """The bytes, once: whoever gives them has none left for a second time."""
        path = f"/images/{image_id}/file"
        self._glance.put(path, headers=_BYTES, data=chunks, timeout=self._upload_timeout)


def _store_fault(fault: ServiceFault, image_id: str) -> ImageFault:
    """A 4xx is the caller's fault, for good; a conflict or anything else may pass."""
    if isinstance(fault, NotThere):
        return ImageNotFound(image_id)
    if isinstance(fault, InUse | Unavailable):
        return ImageUnavailable(fault.message)
    return ImageRefused(f"The image service refused it with {fault.status}: {fault.message}")
