# SPDX-License-Identifier: Apache-2.0
"""Ironic. Its errors are JSON in a string in JSON; a node it works on answers 409 like any other.

One API version is asked for throughout: with an older Ironic every call fails readably.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nova_cells.clients.baremetal.interface import BareMetal, Document, NodeLocked
from nova_cells.clients.baremetal.node import FIELDS, Node
from nova_cells.clients.service_faults import Garbage, InUse

VERSION = "1.82"
"""Ironic 2023.1: the first that knows shards."""
PAGE = 500
_LOCKED = "is locked by host"


class Ironic(BareMetal):
    """`service` calls it; `filters` choose the nodes that are for us."""

    def __init__(self, service: Any, filters: dict[str, str]) -> None:
        self._service = service
        self._filters = filters

    def nodes(self) -> Iterator[Node]:
        marker: str | None = None
        while True:
            params = {**self._filters, "fields": ",".join(FIELDS), "limit": str(PAGE)}
            if marker is not None:
                params["marker"] = marker
            page = self._service.get("/nodes", params=params, microversion=VERSION)
            found = [_node(document) for document in _list(page, "nodes")]
            yield from found
            if not found or "next" not in page or found[-1].uuid == marker:
                return
            marker = found[-1].uuid

    def node(self, uuid: str) -> Node:
        params = {"fields": ",".join(FIELDS)}
        return _node(self._service.get(f"/nodes/{uuid}", params=params, microversion=VERSION))

    def change(self, uuid: str, patch: list[Document]) -> Node:
        return _node(self._ask("patch", f"/nodes/{uuid}", patch))

    def provision(self, uuid: str, target: str, **more: Any) -> None:
        self._ask("put", f"/nodes/{uuid}/states/provision", {"target": target, **more})

    def power(self, uuid: str, target: str, timeout: int | None = None) -> None:
        wait = {} if timeout is None else {"timeout": timeout}
        self._ask("put", f"/nodes/{uuid}/states/power", {"target": target, **wait})

    def vifs(self, uuid: str) -> set[str]:
        answer = self._service.get(f"/nodes/{uuid}/vifs", microversion=VERSION)
        return {str(vif.get("id")) for vif in _list(answer, "vifs")}

    def addresses(self, uuid: str) -> dict[str, str]:
        params = {"fields": "uuid,address,internal_info"}
        answer = self._service.get(f"/nodes/{uuid}/ports", params=params, microversion=VERSION)
        found = {}
        for device in _list(answer, "ports"):
            known = device.get("internal_info") or {}
            port = known.get("tenant_vif_port_id") if isinstance(known, dict) else None
            if port and device.get("address"):
                found[str(port)] = str(device["address"])
        return found

    def attach_vif(self, uuid: str, port_id: str) -> None:
        self._ask("post", f"/nodes/{uuid}/vifs", {"id": port_id})

    def detach_vif(self, uuid: str, port_id: str) -> None:
        self._ask("delete", f"/nodes/{uuid}/vifs/{port_id}")

    def console(self, uuid: str) -> Document:
        answer = self._service.get(f"/nodes/{uuid}/states/console", microversion=VERSION)
        if not isinstance(answer, dict):
            raise Garbage("The bare metal service told nothing of the console.")
        return answer

    def enable_console(self, uuid: str) -> None:
        self._ask("put", f"/nodes/{uuid}/states/console", {"enabled": True})

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        how: dict[str, Any] = {"microversion": VERSION}
        if method != "delete":
            how["body"] = body
        try:
            return getattr(self._service, method)(path, **how)
        except InUse as fault:
            if _LOCKED in fault.detail:
                raise NodeLocked(
                    "The node is being worked on.",
                    status=fault.status,
                    kind=fault.kind,
                    request_id=fault.request_id,
                    detail=fault.detail,
                ) from fault
            raise


def _list(answer: Any, name: str) -> list[Any]:
    found = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Garbage(f"The bare metal service's list of {name} is none.")
    return found


def _node(document: Any) -> Node:
    try:
        return Node.of(document)
    except (AttributeError, KeyError, TypeError) as fault:
        raise Garbage(
            "The bare metal service described a node in a way nobody understands.",
            detail=f"no node: {fault}",
        ) from fault
