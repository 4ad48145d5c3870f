# SPDX-License-Identifier: Apache-2.0
"""What the operations of /os-simple-tenant-usage answer."""

from nova_cells.global_api.answer_fields import (
    MOMENT,
    MOMENT_OR_NULL,
    NUMBER,
    TEXT,
    UUID,
    WHOLE,
    listed,
)
from nova_cells.global_api.versioning import Answer, Shape, Within, many, whole
from nova_cells.global_api.versioning.answers import LINKS

_SERVER = whole(
    {
        "instance_id": UUID,
        "name": TEXT,
        "tenant_id": TEXT,
        "flavor": TEXT,
        "vcpus": WHOLE,
        "memory_mb": WHOLE,
        "local_gb": WHOLE,
        "state": TEXT,
        "started_at": MOMENT,
        "ended_at": MOMENT_OR_NULL,
        "hours": NUMBER,
        "uptime": WHOLE,
    }
)
USAGE = Shape(
    "tenant_usage",
    {
        "tenant_id": TEXT,
        "start": MOMENT,
        "stop": MOMENT,
        "total_hours": NUMBER,
        "total_vcpus_usage": NUMBER,
        "total_memory_mb_usage": NUMBER,
        "total_local_gb_usage": NUMBER,
        "server_usages": listed(_SERVER),
    },
    optional=("server_usages",),
)
NOTHING = {"type": "object", "maxProperties": 0}

LIST = many("tenant_usages", USAGE, links=("tenant_usages_links", "2.40-"))
SHOW = Answer(
    whole(
        {
            "tenant_usage": {"anyOf": [USAGE, NOTHING]},
            "tenant_usage_links": Within("2.40-", LINKS),
        },
        optional=("tenant_usage_links",),
    )
)
