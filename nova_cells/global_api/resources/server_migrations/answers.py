# SPDX-License-Identifier: Apache-2.0
"""What the operations of /servers/{id}/migrations answer."""

from nova_cells.global_api.answer_fields import (
    MOMENT,
    MOMENT_OR_NULL,
    TEXT,
    TEXT_OR_NULL,
    UUID,
    WHOLE,
    WHOLE_OR_NULL,
)
from nova_cells.global_api.resources.server_migrations.presenter import (
    HOST_FIELDS,
    NUMBERS,
    SHAPE,
)
from nova_cells.global_api.versioning import Shape, many, one

MIGRATION = Shape(
    SHAPE,
    {
        "id": WHOLE,
        "uuid": UUID,
        "status": TEXT,
        "server_uuid": UUID,
        "user_id": TEXT_OR_NULL,
        "project_id": TEXT_OR_NULL,
        "created_at": MOMENT,
        "updated_at": MOMENT_OR_NULL,
        **dict.fromkeys(HOST_FIELDS, TEXT_OR_NULL),
        **{f"{name}_bytes": WHOLE_OR_NULL for name in NUMBERS},
    },
)
LIST = many("migrations", MIGRATION)
SHOW = one("migration", MIGRATION)
