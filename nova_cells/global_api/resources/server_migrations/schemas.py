# SPDX-License-Identifier: Apache-2.0
"""Bodies of live migrations."""

from nova_cells.global_api.resources.servers.schemas.fields import closed
from nova_cells.global_api.versioning import BodySchema

FORCE_COMPLETE = BodySchema(
    "server_migration.force_complete",
    closed({"force_complete": {"type": "null"}}, required=("force_complete",)),
)
