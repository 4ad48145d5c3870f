# SPDX-License-Identifier: Apache-2.0
"""Images of servers in Glance: records by the user's token, bytes by our own user.

Every step looks before it leaps: one repeated after a crash finds what the first one did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from oslo_config import cfg

from nova_cells.clients.images.faults import ImageNotFound, ImageRefused, ImageUnavailable
from nova_cells.clients.images.glance import NOT_PROPERTIES, PAGE, GlanceImages, facts_of
from nova_cells.clients.images.interface import ImageStore
from nova_cells.objects import ImageFacts

_PATCH = {"Content-Type": "application/openstack-images-v2.1-json-patch"}
_BYTES = {"Content-Type": "application/octet-stream"}
_GONE = (404, 410)


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
        response = self._ask("POST", "/images", json=wanted, auth=self._caller(ctx))
        if response.status_code == 409 and self._status(image.id) is not None:
            return
        _expect(response, 201)

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
            self._prepare(image_id, disk_format, container_format)
            response = self._ask(
                *("PUT", f"/images/{image_id}/file"),
                data=chunks,
                headers=_BYTES,
                allow_reauth=False,  # the bytes can't be sent twice
                timeout=self._upload_timeout,
            )
            if response.status_code in _GONE:
                raise ImageNotFound(image_id)
            _expect(response, 204)
        return facts_of(self._get(f"/images/{image_id}", image_id).json())

    def delete(self, image_id: str, ctx: Any = None) -> None:
        response = self._ask("DELETE", f"/images/{image_id}", auth=self._caller(ctx))
        if response.status_code not in _GONE:
            _expect(response, 204)

    def owned(self, project_id: str, properties: Mapping[str, str]) -> list[ImageFacts]:
        words = {**properties, "owner": project_id, "sort": "created_at:desc,id:desc"}
        path, found = f"/images?{urlencode({**words, 'limit': PAGE})}", []
        while path:
            page = self._get(path, "list").json()
            found += [facts_of(document) for document in page["images"]]
            path = page.get("next", "").removeprefix("/v2")
        return [image for image in found if image.owner == project_id]

    def url(self, image_id: str) -> str | None:
        return f"{self._endpoint().rstrip('/')}/images/{image_id}"

    def _status(self, image_id: str) -> str | None:
        """As we see it; None for one that is not there."""
        try:
            return str(self._get(f"/images/{image_id}", image_id).json()["status"])
        except ImageNotFound:
            return None

    def _prepare(self, image_id: str, disk_format: str, container_format: str) -> None:
        """Say what the bytes will be; Glance wants to know before it takes them."""
        facts = {"disk_format": disk_format, "container_format": container_format}
        changes = [{"op": "add", "path": f"/{name}", "value": facts[name]} for name in facts]
        response = self._ask("PATCH", f"/images/{image_id}", json=changes, headers=_PATCH)
        if response.status_code in _GONE:
            raise ImageNotFound(image_id)
        _expect(response, 200)


def _expect(response: Any, status: int) -> None:
    """A 4xx is the caller's fault, for good; a conflict or anything else may pass."""
    code = response.status_code
    if code == status:
        return
    if code in (400, 401, 403, 413):
        raise ImageRefused(f"The image service refused it with {code}: {_words(response)}")
    raise ImageUnavailable(f"The image service answered {code}.")


def _words(response: Any) -> str:
    text: str = response.text
    return " ".join(text.replace("<br />", " ").split())[:200]
