# SPDX-License-Identifier: Apache-2.0
"""Cinder's documents in our words. What lacks what it must have is no answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nova_cells.clients.service_faults import Garbage

Document = dict[str, Any]
EXTENDING = "extending"
_SHARED = {"true": True, True: True, "false": False, False: False, None: None}


def reading(what: Callable[[Document], Document]) -> Callable[[Any], Document]:
    """A reader that calls what it can't read Garbage."""

    def read(document: Any) -> Document:
        try:
            return what(document)
        except (KeyError, TypeError, ValueError, AttributeError) as wrong:
            raise Garbage(
                "The volume service answered something that can't be understood.",
                detail=f"{what.__name__}: {type(wrong).__name__} {wrong}",
            ) from None

    return read


@reading
def volume(told: Document) -> Document:
    """As `AttachmentService.volume` describes it."""
    return {
        "id": str(told["id"]),
        "project_id": told.get("os-vol-tenant-attr:tenant_id"),
        "name": told.get("name") or "",
        "status": str(told["status"]),
        "size": int(told["size"]),
        "multiattach": bool(told.get("multiattach")),
        "bootable": str(told.get("bootable")).lower() == "true",
        "zone": told.get("availability_zone"),
        "volume_type": told.get("volume_type"),
        "encrypted": bool(told.get("encrypted")),
        "image": {k: str(v) for k, v in (told.get("volume_image_metadata") or {}).items()},
        "attachments": [_use(each) for each in told.get("attachments") or ()],
        "migration_status": told.get("migration_status"),
        "shared_targets": _SHARED.get(told.get("shared_targets")),
        "service_uuid": told.get("service_uuid"),
        "metadata": dict(told.get("metadata") or {}),
        "grows_to": _grows_to(told),
    }


def _grows_to(told: Document) -> int | None:
    """Where a host is to have it grow, for the service does not: the size it is to have."""
    wanted = (told.get("metadata") or {}).get("extend_new_size")
    return int(wanted) if told["status"] == EXTENDING and wanted is not None else None


def _use(told: Document) -> Document:
    named = {name: told.get(name) for name in ("attachment_id", "server_id", "device")}
    return {**named, "host": told.get("host_name")}


@reading
def attachment(told: Document) -> Document:
    """As `AttachmentService` describes it."""
    return {
        "id": str(told["id"]),
        "volume_id": str(told["volume_id"]),
        "instance": told.get("instance"),
        "status": told.get("status"),
        "connection": _connection(told.get("connection_info") or {}),
    }


def _connection(told: Document) -> Document | None:
    """Cinder tells everything flat; what connects volumes wants the kind beside the rest."""
    if not told:
        return None
    data = {name: value for name, value in told.items() if name != "driver_volume_type"}
    return {"driver_volume_type": told["driver_volume_type"], "data": data}


@reading
def encryption(told: Document) -> Document:
    """As `AttachmentService.encryption` describes it."""
    return {"provider": str(told["provider"]), "key_id": str(told["encryption_key_id"])}


@reading
def snapshot(told: Document) -> Document:
    """Of a volume."""
    return {
        "id": str(told["id"]),
        "volume_id": str(told["volume_id"]),
        "name": told.get("name") or "",
        "status": str(told["status"]),
        "size": int(told["size"]),
        "metadata": dict(told.get("metadata") or {}),
    }
