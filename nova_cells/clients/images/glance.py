# SPDX-License-Identifier: Apache-2.0
"""Glance: look-ups with the caller's token, bytes with our own.

Facts are read from Glance's document letter for letter; openstacksdk's resource renames some.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import requests
from oslo_config import cfg

from nova_cells.clients.calling.request import Request
from nova_cells.clients.calling.service import Service
from nova_cells.clients.images.faults import ImageNotFound, ImageUnavailable
from nova_cells.clients.images.interface import ImageSource
from nova_cells.clients.images.stream import CHUNK
from nova_cells.clients.service_faults import Forbidden, NotThere, ServiceFault
from nova_cells.objects import ImageFacts

PAGE = 200
NOT_PROPERTIES = {
    *("id", "name", "status", "visibility", "size", "virtual_size", "checksum", "owner", "tags"),
    *("container_format", "disk_format", "created_at", "updated_at", "min_disk", "min_ram", "file"),
    *("self", "schema", "protected", "locations", "direct_url", "os_hidden", "os_hash_algo"),
    *("os_hash_value", "stores"),
}


class GlanceImages(ImageSource):
    """One session and its connections, shared by all threads."""

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        self._glance = Service(conf.glance, service_type="image", name="image", version="v2")

    def find(self, ctx: Any, image_id: str) -> ImageFacts:
        if not image_id or not set(image_id) <= _ID_CHARACTERS:
            raise ImageNotFound(image_id)
        document = self._found(image_id, as_user(ctx))
        if not _visible(ctx, document):
            raise ImageNotFound(image_id)
        return facts_of(document)

    def list(self, ctx: Any) -> list[ImageFacts]:
        documents = self._listed(as_user(ctx), sort="name:asc,id:asc")
        return [facts_of(document) for document in documents if _visible(ctx, document)]

    def chunks(self, image_id: str) -> Iterator[bytes]:
        wanted = Request("GET", f"/images/{image_id}/file", True, stream=True)
        try:
            with self._glance.ask(wanted) as answer:
                if answer.status_code == 204:  # a record without bytes
                    raise ImageNotFound(image_id)
                if answer.status_code != 200:
                    raise self._glance.fault_of(wanted, answer)
                yield from answer.iter_content(CHUNK)
        except requests.RequestException as broken:
            raise ImageUnavailable(f"Image {image_id} stopped half-way: {broken}") from broken
        except ServiceFault as fault:
            raise _image_fault(fault, image_id) from fault

    def close(self) -> None:
        self._glance.close()

    def _found(self, image_id: str, ctx: Any = None) -> dict[str, Any]:
        """Glance's document of an image, as this caller sees it."""
        try:
            document: dict[str, Any] = self._glance.get(f"/images/{image_id}", ctx)
            self._glance.part(document, "id")
            self._glance.part(document, "status")
        except ServiceFault as fault:
            raise _image_fault(fault, image_id) from fault
        return document

    def _listed(self, ctx: Any, **query: str) -> list[dict[str, Any]]:
        try:
            return list(
                self._glance.listed("/images", "images", ctx, params={**query, "limit": PAGE})
            )
        except ServiceFault as fault:
            raise _image_fault(fault, "list") from fault


_ID_CHARACTERS = set("0123456789abcdefABCDEF-")


def as_user(ctx: Any) -> Any:
    """Whom Glance is asked as: without a token ourselves, and then we judge what is for him."""
    return ctx if getattr(ctx, "auth_token", None) else None


def _image_fault(fault: ServiceFault, image_id: str) -> Exception:
    hidden = isinstance(fault, Forbidden) and fault.status == 403
    if hidden or isinstance(fault, NotThere):
        return ImageNotFound(image_id)
    return ImageUnavailable(fault.message)


def _visible(ctx: Any, document: dict[str, Any]) -> bool:
    """With the caller's token Glance has judged; with our own, which sees all, it is for us."""
    if getattr(ctx, "auth_token", None) or getattr(ctx, "is_admin", False):
        return True
    owned = document.get("owner") is not None and document["owner"] == _project(ctx)
    return owned or document.get("visibility") in ("public", "community")


def _project(ctx: Any) -> str | None:
    return getattr(ctx, "project_id", None)


def facts_of(document: dict[str, Any]) -> ImageFacts:
    return ImageFacts(
        id=document["id"],
        name=document.get("name"),
        owner=document.get("owner"),
        status=document["status"],
        size=document.get("size") or 0,
        checksum=document.get("checksum"),
        hash_algo=document.get("os_hash_algo"),
        hash_value=document.get("os_hash_value"),
        disk_format=document.get("disk_format") or "raw",
        container_format=document.get("container_format") or "bare",
        min_disk=document.get("min_disk") or 0,
        min_ram=document.get("min_ram") or 0,
        properties=_properties(document),
    )


def _properties(document: dict[str, Any]) -> dict[str, str]:
    return {
        name: str(value)
        for name, value in document.items()
        if name not in NOT_PROPERTIES and value is not None
    }
