# SPDX-License-Identifier: Apache-2.0
"""What POST /os-server-external-events answers: each event with what became of it."""

from nova_cells.global_api.answer_fields import TEXT, UUID, WHOLE
from nova_cells.global_api.versioning import Shape, many

EVENT = Shape(
    "external_event",
    {"name": TEXT, "server_uuid": UUID, "status": TEXT, "tag": TEXT, "code": WHOLE},
    optional=("tag",),
)

CREATE = many("events", EVENT)
