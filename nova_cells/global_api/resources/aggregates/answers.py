# SPDX-License-Identifier: Apache-2.0
"""What the operations of /os-aggregates answer."""

from nova_cells.global_api.answer_fields import (
    BOOLEAN,
    MOMENT,
    MOMENT_OR_NULL,
    TEXT,
    TEXT_OR_NULL,
    UUID,
    WHOLE,
    listed,
    mapped,
)
from nova_cells.global_api.versioning import Shape, many, one

_HEAD = {
    "id": WHOLE,
    "uuid": UUID,
    "name": TEXT,
    "availability_zone": TEXT_OR_NULL,
    "created_at": MOMENT,
    "updated_at": MOMENT_OR_NULL,
    "deleted": BOOLEAN,
    "deleted_at": MOMENT_OR_NULL,
}
AGGREGATE = Shape("aggregate.show", {**_HEAD, "hosts": listed(TEXT), "metadata": mapped(TEXT)})
CREATED = Shape("aggregate.created", _HEAD, history="aggregate.show")

LIST = many("aggregates", AGGREGATE)
CREATE = one("aggregate", CREATED)
SHOW = one("aggregate", AGGREGATE)
