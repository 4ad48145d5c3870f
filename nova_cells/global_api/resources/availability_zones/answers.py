# SPDX-License-Identifier: Apache-2.0
"""What the operations of /os-availability-zone answer."""

from nova_cells.global_api.answer_fields import BOOLEAN, MOMENT_OR_NULL, NULL, TEXT, mapped
from nova_cells.global_api.versioning import Shape, many, whole

_STATE = whole({"available": BOOLEAN})
_SERVICE = whole({"available": BOOLEAN, "active": BOOLEAN, "updated_at": MOMENT_OR_NULL})

ZONE = Shape("zone.summary", {"zoneName": TEXT, "zoneState": _STATE, "hosts": NULL})
DETAILED = Shape(
    "zone.detail",
    {
        "zoneName": TEXT,
        "zoneState": _STATE,
        "hosts": {"anyOf": [NULL, mapped(mapped(_SERVICE))]},
    },
)

LIST = many("availabilityZoneInfo", ZONE)
DETAIL = many("availabilityZoneInfo", DETAILED)
