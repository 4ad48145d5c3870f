# SPDX-License-Identifier: Apache-2.0
"""Glance, spoken to by openstacksdk: look-ups with the caller's token, bytes with our own.

Facts are read from Glance's document itself and not from the sdk's resource, which renames some
properties; the rest of the project wants them letter for letter.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import requests
from keystoneauth1 import exceptions as auth_faults
from keystoneauth1 import token_endpoint
from keystoneauth1.session import Session
from openstack import exceptions as sdk_faults
from openstack.connection import Connection
from oslo_config import cfg

from nova_cells.clients.images.faults import ImageNotFound, ImageUnavailable
from nova_cells.clients.images.interface import ImageSource
from nova_cells.clients.images.stream import CHUNK
from nova_cells.clients.service_user import credentials
from nova_cells.objects import ImageFacts

PAGE = 200
_FAULTS = (auth_faults.ClientException, sdk_faults.SDKException, requests.RequestException)
NOT_PROPERTIES = {
    *("id", "name", "status", "visibility", "size", "virtual_size", "checksum", "owner", "tags"),
    *("container_format", "disk_format", "created_at", "updated_at", "min_disk", "min_ram", "file"),
    *("self", "schema", "protected", "locations", "direct_url", "os_hidden", "os_hash_algo"),
    *("os_hash_value", "stores"),
}


class GlanceImages(ImageSource):
    """One session and its connections, shared by all threads."""

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        options = conf.glance
        self._session = Session(
            auth=credentials(options),
            verify=False if options.insecure else (options.cafile or True),
            timeout=options.timeout,
        )
        self._options = options
        self._lock = threading.Lock()
        self._proxy: Any = None

    def find(self, ctx: Any, image_id: str) -> ImageFacts:
        if not image_id or not set(image_id) <= _ID_CHARACTERS:
            raise ImageNotFound(image_id)
        document = self._get(f"/images/{image_id}", image_id, auth=self._caller(ctx)).json()
        if not _visible(ctx, document):
            raise ImageNotFound(image_id)
        return facts_of(document)

    def list(self, ctx: Any) -> list[ImageFacts]:
        caller, path, found = self._caller(ctx), f"/images?limit={PAGE}&sort=name:asc,id:asc", []
        while path:
            page = self._get(path, "list", auth=caller).json()
            found += [facts_of(document) for document in page["images"] if _visible(ctx, document)]
            path = page.get("next", "").removeprefix("/v2")
        return found

    def chunks(self, image_id: str) -> Iterator[bytes]:
        response = self._get(f"/images/{image_id}/file", image_id, stream=True)
        with response:
            try:
                yield from response.iter_content(CHUNK)
            except requests.RequestException as broken:
                raise ImageUnavailable(f"Image {image_id} stopped half-way: {broken}") from broken

    def close(self) -> None:
        self._session.session.close()

    def _caller(self, ctx: Any) -> token_endpoint.Token | None:
        token = getattr(ctx, "auth_token", None)
        return token_endpoint.Token(self._endpoint(), token) if token else None

    def _endpoint(self) -> str:
        try:
            return str(self._glance().get_endpoint())
        except _FAULTS as fault:
            raise ImageUnavailable(f"The image service was not found: {fault}") from fault

    def _glance(self) -> Any:
        """The sdk's image proxy. Making it asks Keystone and Glance: not before it is needed."""
        with self._lock:
            if self._proxy is None:
                self._proxy = self._connect()
            return self._proxy

    def _connect(self) -> Any:
        options = self._options
        return Connection(
            session=self._session,
            region_name=options.region_name,
            image_api_version="2",
            image_interface=options.valid_interfaces,
            image_service_type=options.service_type,
            image_endpoint_override=options.endpoint_override,
        ).image

    def _ask(self, method: str, path: str, **how: Any) -> requests.Response:
        try:
            # The sdk's own retries would keep a client of ours waiting for a quarter of a minute.
            response: requests.Response = self._glance().request(
                path, method, raise_exc=False, status_code_retries=0, **how
            )
        except _FAULTS as fault:
            raise ImageUnavailable(f"The image service did not answer: {fault}") from fault
        return response

    def _get(self, path: str, image_id: str, **how: Any) -> requests.Response:
        response = self._ask("GET", path, **how)
        if response.status_code in (403, 404, 204):
            raise ImageNotFound(image_id)
        if response.status_code != 200:
            raise ImageUnavailable(f"The image service answered {response.status_code}.")
        return response


_ID_CHARACTERS = set("0123456789abcdefABCDEF-")


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
