# SPDX-License-Identifier: Apache-2.0
"""What clients look up elsewhere before they talk to us, for clouds without Keystone and Glance.

`openstack server create --image NAME` asks the image service first, and openstacksdk wants to see
that an identity service speaks v3. This answers both, read only: images of the local directory at
/image/v2, a version document at /identity/v3. Nothing can be written and no token is given out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

import orjson

from nova_cells.clients.images import ImageNotFound, ImageSource
from nova_cells.objects import ImageFacts

IMAGE = "/image"
IDENTITY = "/identity"
_JSON = [("Content-Type", "application/json; charset=UTF-8")]


class Lookups:
    """In front of the API: takes what is below /image and /identity, hands on everything else."""

    def __init__(self, application: Any, images: ImageSource) -> None:
        self._application = application
        self._images = images

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        words = environ.get("PATH_INFO", "").strip("/").split("/")
        if f"/{words[0]}" not in (IMAGE, IDENTITY):
            return self._application(environ, start_response)
        status, document = self._answer(environ, words)
        body = orjson.dumps(document)
        start_response(status, [*_JSON, ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, environ: dict[str, Any], words: list[str]) -> tuple[str, dict[str, Any]]:
        if environ.get("REQUEST_METHOD") != "GET":
            return "405 Method Not Allowed", {"message": "this can only be read"}
        match words:
            case ["identity", "v3"]:
                return "200 OK", {"version": _version(environ, IDENTITY, "v3.14", "v3")}
            case ["image"] | ["image", "v2"]:
                return "200 OK", {"versions": [_version(environ, IMAGE, "v2.9", "v2")]}
            case ["image", "v2", "images"]:
                wanted = parse_qs(environ.get("QUERY_STRING", "")).get("name")
                images = [image for image in self._all() if not wanted or image.name in wanted]
                return "200 OK", {"images": [_shown(image) for image in images]}
            case ["image", "v2", "images", image_id]:
                return self._one(image_id)
        return "404 Not Found", {"message": "there is nothing here"}

    def _one(self, image_id: str) -> tuple[str, dict[str, Any]]:
        try:
            return "200 OK", _shown(self._images.find(None, image_id))
        except ImageNotFound:
            return "404 Not Found", {"message": f"No image found with ID {image_id}"}

    def _all(self) -> list[ImageFacts]:
        return self._images.list(None)


def _version(environ: dict[str, Any], prefix: str, name: str, path: str) -> dict[str, Any]:
    href = f"http://{environ['HTTP_HOST']}{prefix}/{path}/"
    status = "stable" if prefix == IDENTITY else "CURRENT"
    return {"id": name, "status": status, "links": [{"rel": "self", "href": href}]}


def _shown(image: ImageFacts) -> dict[str, Any]:
    return {
        **image.properties,
        "id": image.id,
        "name": image.name,
        "status": image.status,
        "size": image.size,
        "disk_format": image.disk_format,
        "container_format": image.container_format,
        "min_disk": image.min_disk,
        "min_ram": image.min_ram,
        "os_hash_algo": image.hash_algo,
        "os_hash_value": image.hash_value,
        "visibility": "public",
        "file": f"/v2/images/{image.id}/file",
        "schema": "/v2/schemas/image",
    }
