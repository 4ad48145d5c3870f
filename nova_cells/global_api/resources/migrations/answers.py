# SPDX-License-Identifier: Apache-2.0
"""What GET /os-migrations answers."""

from nova_cells.global_api.answer_fields import (
    MOMENT,
    MOMENT_OR_NULL,
    TEXT,
    TEXT_OR_NULL,
    UUID,
    WHOLE,
    WHOLE_OR_NULL,
    words,
)
from nova_cells.global_api.resources.migrations.presenter import MIGRATION
from nova_cells.global_api.versioning import Shape, many
from nova_cells.global_api.versioning.answers import LINKS

_MIGRATION = Shape(
    MIGRATION,
    {
        "id": WHOLE,
        "uuid": UUID,
        "instance_uuid": UUID,
        "status": TEXT,
        "migration_type": words("migration", "resize", "live-migration", "evacuation"),
        "source_compute": TEXT_OR_NULL,
        "source_node": TEXT_OR_NULL,
        "dest_compute": TEXT_OR_NULL,
        "dest_node": TEXT_OR_NULL,
        "dest_host": TEXT_OR_NULL,
        "old_instance_type_id": WHOLE_OR_NULL,
        "new_instance_type_id": WHOLE_OR_NULL,
        "user_id": TEXT_OR_NULL,
        "project_id": TEXT_OR_NULL,
        "created_at": MOMENT,
        "updated_at": MOMENT_OR_NULL,
        "links": LINKS,
    },
    optional=("links",),
)
LIST = many("migrations", _MIGRATION, links=("migrations_links", "2.59-"))
