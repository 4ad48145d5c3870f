# SPDX-License-Identifier: Apache-2.0
"""What clients look up elsewhere before they talk to us, for clouds without Keystone and Glance.

`openstack server create --image NAME` asks the image service first, and openstacksdk wants to see
that an identity service speaks v3. This answers both: the images of the local directory that a
token of the API may see at /image/v2, where they can be deleted too, and a version document at
/identity/v3. Nothing else can be written and no token is given out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

import orjson

from nova_cells.clients.images import ImageNotFound, ImageStore
from nova_cells.global_api.identity import TOKEN
from nova_cells.objects import ImageFacts
from nova_cells.runtime.context import RequestContext

IMAGE = "/image"
IDENTITY = "/identity"
Answer = tuple[str, dict[str, Any] | None]
_JSON = [("Content-Type", "application/json; charset=UTF-8")]


class Lookups:
    """In front of the API: takes what is below /image and /identity, hands on everything else."""

    def __init__(self, application: Any, images: ImageStore) -> None:
        self._application = application
        self._images = images

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        words = environ.get("PATH_INFO", "").strip("/").split("/")
        if f"/{words[0]}" not in (IMAGE, IDENTITY):
            return self._application(environ, start_response)
        status, document = self._answer(environ, words)
        body = b"" if document is None else orjson.dumps(document)
        kind = _JSON if body else []
        start_response(status, [*kind, ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, environ: dict[str, Any], words: list[str]) -> Answer:
        caller, method = _caller(environ), environ.get("REQUEST_METHOD")
        if method == "DELETE" and words[:-1] == ["image", "v2", "images"]:
            return self._deleted(caller, words[-1])
        if method != "GET":
            return "405 Method Not Allowed", {"message": "this can only be read"}
        match words:
            case ["identity", "v3"]:
                return "200 OK", {"version": _version(environ, IDENTITY, "v3.14", "v3")}
            case ["image"] | ["image", "v2"]:
                return "200 OK", {"versions": [_version(environ, IMAGE, "v2.9", "v2")]}
            case ["image", "v2", "images"]:
                wanted = parse_qs(environ.get("QUERY_STRING", "")).get("name")
                found = self._images.list(caller)
                images = [image for image in found if not wanted or image.name in wanted]
                return "200 OK", {"images": [_shown(image) for image in images]}
            case ["image", "v2", "images", image_id]:
                return self._one(caller, image_id)
        return "404 Not Found", {"message": "there is nothing here"}

    def _one(self, caller: RequestContext, image_id: str) -> Answer:
        try:
            return "200 OK", _shown(self._images.find(caller, image_id))
        except ImageNotFound:
            return "404 Not Found", {"message": f"No image found with ID {image_id}"}

    def _deleted(self, caller: RequestContext, image_id: str) -> Answer:
        try:
            owner = self._images.find(caller, image_id).owner
            if owner is None or owner != caller.project_id:
                return "403 Forbidden", {"message": f"Image {image_id} is not yours"}
            self._images.delete(image_id, caller)
        except ImageNotFound:
            return "404 Not Found", {"message": f"No image found with ID {image_id}"}
        return "204 No Content", None


def _caller(environ: dict[str, Any]) -> RequestContext:
    """Whom the token names; nobody where there is none."""
    match = TOKEN.fullmatch(environ.get("HTTP_X_AUTH_TOKEN", ""))
    if match is None:
        return RequestContext()
    return RequestContext(project_id=match["project"], is_admin=match["user"] == "admin")


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
        "visibility": "private" if image.owner else "public",
        "owner": image.owner,
        "file": f"/v2/images/{image.id}/file",
        "schema": "/v2/schemas/image",
    }
