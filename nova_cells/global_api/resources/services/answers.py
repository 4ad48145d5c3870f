# SPDX-License-Identifier: Apache-2.0
"""What the operations of /os-services answer. Of a silent cell a row is minimal from 2.69 on."""

from nova_cells.global_api.answer_fields import (
    BOOLEAN,
    MOMENT_OR_NULL,
    TEXT,
    TEXT_OR_NULL,
    UUID,
    words,
)
from nova_cells.global_api.versioning import Shape, Within, many, one

SERVICE = Shape(
    "service.show",
    {
        "id": UUID,
        "binary": TEXT,
        "host": TEXT,
        "zone": TEXT,
        "status": words("enabled", "disabled"),
        "state": words("up", "down"),
        "updated_at": MOMENT_OR_NULL,
        "disabled_reason": TEXT_OR_NULL,
        "forced_down": BOOLEAN,
    },
)
SILENT = Shape("service.silent", {"binary": TEXT, "host": TEXT, "status": words("UNKNOWN")})
ACTED = Shape(
    "service.act",
    {
        "host": TEXT,
        "binary": TEXT,
        "status": words("enabled", "disabled"),
        "disabled_reason": TEXT,
        "forced_down": BOOLEAN,
    },
    optional=("status", "disabled_reason", "forced_down"),
)

_ANY = {"anyOf": [SERVICE, Within("2.69-", SILENT)]}
LIST = many("services", _ANY)
UPDATE = one("service", _ANY)
ACT = one("service", ACTED)
