# SPDX-License-Identifier: Apache-2.0
"""Glance's twin: records of images, their bytes, and what is asked of both here."""

from __future__ import annotations

from typing import Any

from tests.services.twin import Asked, Document, Refused, Twin, new_id, numbers

_ASKED = ("limit", "marker", "sort", "sort_key", "sort_dir", "owner")


class Glance(Twin):
    """`images` are the documents, `bytes` what is in them; `quota` of images as ever."""

    host = "glance.test"

    def __init__(self) -> None:
        super().__init__()
        self.images: dict[str, Document] = {}
        self.bytes: dict[str, bytes] = {}
        self._times = numbers(1)
        for method, path, do in (
            ("POST", "/images", self._create),
            ("GET", "/images", self._list),
            ("GET", "/images/{id}", self._show),
            ("PATCH", "/images/{id}", self._patch),
            ("DELETE", "/images/{id}", self._delete),
            ("PUT", "/images/{id}/file", self._take),
            ("GET", "/images/{id}/file", self._give),
        ):
            self.route(method, path, do)

    def image(self, project: str, **changes: Any) -> Document:
        """A record without bytes, unless `changes` say otherwise."""
        made = {
            "id": new_id(),
            "name": "image",
            "status": "queued",
            "owner": project,
            "visibility": "private",
            "created_at": f"2026-01-01T00:00:{next(self._times):02}Z",
            "disk_format": None,
            "container_format": None,
            **changes,
        }
        self.images[made["id"]] = made
        return made

    def _find(self, asked: Asked, found: str) -> Document:
        image = self.images.get(found)
        if image is None or not (asked.is_admin or image["owner"] == asked.project):
            raise Refused(404, message=f"No image found with ID {found}")
        return image

    def _create(self, asked: Asked) -> Document:
        wish = dict(asked.body)
        if wish.get("id") in self.images:
            raise Refused(409, message="Image ID already exists!")
        return self.image(asked.project or "", **wish)

    def _list(self, asked: Asked) -> Document:
        wanted = {name: value for name, value in asked.query.items() if name not in _ASKED}
        owners = asked.query.get("owner")
        found = [
            image
            for image in self.images.values()
            if (owners is None or image["owner"] in owners)
            and all(image.get(name) in values for name, values in wanted.items())
        ]
        return {"images": sorted(found, key=lambda each: each["created_at"], reverse=True)}

    def _show(self, asked: Asked, found: str) -> Document:
        return self._find(asked, found)

    def _patch(self, asked: Asked, found: str) -> Document:
        image = self._find(asked, found)
        if image["status"] != "queued":
            raise Refused(403, message="Attribute 'disk_format' is read-only.")
        for change in asked.body:
            image[change["path"].strip("/")] = change["value"]
        return image

    def _delete(self, asked: Asked, found: str) -> None:
        self._find(asked, found)
        del self.images[found]
        self.bytes.pop(found, None)

    def _take(self, asked: Asked, found: str) -> None:
        image = self._find(asked, found)
        if image["status"] != "queued":
            raise Refused(409, message="Image status transition is not allowed")
        image.update(status="active", size=len(asked.body))
        self.bytes[found] = asked.body

    def _give(self, asked: Asked, found: str) -> bytes | None:
        self._find(asked, found)
        return self.bytes.get(found)
