# SPDX-License-Identifier: Apache-2.0
"""The body of a POST: events by name. Files in `versions` say which names are older than which."""

from __future__ import annotations

from nova_cells.global_api.resources.servers.schemas.fields import closed
from nova_cells.global_api.versioning import BodySchema

NAMES = [
    "network-changed",
    "network-vif-plugged",
    "network-vif-unplugged",
    "network-vif-deleted",
    "volume-extended",
    "power-update",
    "accelerator-request-bound",
    "volume-reimaged",
]

_EVENT = closed(
    {
        "name": {"type": "string", "enum": NAMES},
        "server_uuid": {"type": "string", "format": "uuid"},
        "status": {"type": "string", "enum": ["failed", "completed", "in-progress"]},
        "tag": {"type": "string", "maxLength": 255},
    },
    required=("name", "server_uuid"),
)

CREATE = BodySchema(
    "external_events.create",
    closed({"events": {"type": "array", "minItems": 1, "items": _EVENT}}, required=("events",)),
)
