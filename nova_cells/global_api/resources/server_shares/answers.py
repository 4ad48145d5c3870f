# SPDX-License-Identifier: Apache-2.0
"""What the operations of /servers/{id}/shares answer."""

from nova_cells.global_api.answer_fields import TEXT, TEXT_OR_NULL, UUID
from nova_cells.global_api.versioning import Shape, many, one, whole

_SHARE = {"share_id": UUID, "status": TEXT, "tag": TEXT}

LIST = many("shares", whole(_SHARE))
SHOW = one(
    "share",
    Shape(
        "server_share.show",
        {"uuid": UUID, **_SHARE, "export_location": TEXT_OR_NULL},
        optional=("uuid", "export_location"),
    ),
)
