# SPDX-License-Identifier: Apache-2.0
"""2.25: whether a live migration takes disks along can be left open; disks may not be promised."""

from nova_cells.global_api.resources.servers.schemas.fields import BOOLEAN
from nova_cells.global_api.versioning import Schema, body_changed


@body_changed(25, of="server.migrate_live")
def never_auto(schema: Schema) -> None:
    migrate = schema["properties"]["os-migrateLive"]
    migrate["properties"]["block_migration"] = BOOLEAN
    migrate["properties"]["disk_over_commit"] = BOOLEAN
    migrate["required"] = [*migrate["required"], "disk_over_commit"]
