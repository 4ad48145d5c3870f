# SPDX-License-Identifier: Apache-2.0
"""Which volume is to be attached, or is to take another's place."""

from __future__ import annotations

from nova_cells.global_api.resources.servers.schemas.fields import BOOLEAN, DEVICE_TAG, closed
from nova_cells.global_api.versioning import BodySchema

_UUID = {"type": "string", "format": "uuid"}
_DEVICE = {
    "type": ["string", "null"],
    "maxLength": 255,
    "pattern": "^/dev/(?:xv|[a-z])d?[a-z]+[0-9]*$",
}


def _attachment(name: str, **fields: object) -> BodySchema:
    wanted = closed({"volumeId": _UUID, **fields}, required=("volumeId",))
    return BodySchema(name, closed({"volumeAttachment": wanted}, required=("volumeAttachment",)))


CREATE = _attachment(
    "volume_attachment.create", device=_DEVICE, tag=DEVICE_TAG, delete_on_termination=BOOLEAN
)
UPDATE = _attachment(
    "volume_attachment.update",
    device=_DEVICE,
    tag={**DEVICE_TAG, "type": ["string", "null"]},
    delete_on_termination=BOOLEAN,
    serverId=_UUID,
    id=_UUID,
)
