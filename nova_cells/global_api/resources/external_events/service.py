# SPDX-License-Identifier: Apache-2.0
"""Events judged one by one, each with a code of its own; one that fails stops no other.

200 means: the event is understood and nothing is left to do for it. Who waits for a port, a volume
or a device comes with the parts of the cloud that have those; till then an event about a volume
or a device that its server has not says so (404).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oslo_log import log

from nova_cells.global_api.index.query import IndexRow, ServerQuery
from nova_cells.global_api.index.server_index import ServerIndex

LOG = log.getLogger(__name__)

Event = dict[str, Any]

OF_VOLUMES = ("volume-extended", "volume-reimaged")
POWERS = ("POWER_ON", "POWER_OFF")

OK, BAD, UNKNOWN, NOT_READY = 200, 400, 404, 422


def take(index: ServerIndex, events: list[Event]) -> list[Event]:
    """The events as they are answered."""
    uuids = {event["server_uuid"].lower() for event in events}
    found = index.list(ServerQuery(uuids=tuple(sorted(uuids))))
    servers = {row.uuid: row for row in found}
    return [_answered(event, servers) for event in events]


def all_fine(answered: list[Event]) -> bool:
    return all(event["code"] == OK for event in answered)


def _answered(event: Event, servers: Mapping[str, IndexRow]) -> Event:
    code = _judged(event, servers.get(event["server_uuid"].lower()))
    status = event.get("status", "completed") if code == OK else "failed"
    LOG.info(
        "Event %s (%s) of server %s, tag %s: %s",
        event["name"],
        event.get("status", "completed"),
        event["server_uuid"],
        event.get("tag"),
        code,
    )
    return {**event, "status": status, "code": code}


def _judged(event: Event, server: IndexRow | None) -> int:
    if server is None:
        return UNKNOWN
    if server.document["host"] is None:
        return NOT_READY
    name, tag = event["name"], event.get("tag")
    if name in OF_VOLUMES:
        return _of_volume(server, tag)
    if name == "accelerator-request-bound":
        return BAD if not tag else UNKNOWN
    if name == "power-update":
        return OK if tag in POWERS else BAD
    return OK


def _of_volume(server: IndexRow, tag: str | None) -> int:
    if not tag:
        return BAD
    volumes = {volume["id"] for volume in server.document["volumes"]}
    return OK if tag in volumes else UNKNOWN
