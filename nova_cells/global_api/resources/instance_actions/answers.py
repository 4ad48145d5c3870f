# SPDX-License-Identifier: Apache-2.0
"""What the operations of /servers/{id}/os-instance-actions answer."""

from nova_cells.global_api.answer_fields import MOMENT, MOMENT_OR_NULL, TEXT, TEXT_OR_NULL, UUID
from nova_cells.global_api.versioning import Shape, many, one

_ACTION = {
    "action": TEXT,
    "instance_uuid": UUID,
    "request_id": TEXT,
    "user_id": TEXT_OR_NULL,
    "project_id": TEXT_OR_NULL,
    "start_time": MOMENT,
    "updated_at": MOMENT,
    "message": TEXT_OR_NULL,
}
EVENT = Shape(
    "action.event",
    {
        "event": TEXT,
        "start_time": MOMENT,
        "finish_time": MOMENT_OR_NULL,
        "result": TEXT_OR_NULL,
        "hostId": TEXT,
        "traceback": TEXT_OR_NULL,
        "host": TEXT_OR_NULL,
        "details": TEXT_OR_NULL,
    },
    optional=("traceback", "host", "details"),
)
BRIEF = Shape("action.list", _ACTION)
ACTION = Shape(
    "action.show",
    {**_ACTION, "events": {"type": "array", "items": EVENT}},
    optional=("events",),
)

LIST = many("instanceActions", BRIEF, links=("links", "2.58-"))
SHOW = one("instanceAction", ACTION)
