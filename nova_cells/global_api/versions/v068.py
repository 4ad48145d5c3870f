# SPDX-License-Identifier: Apache-2.0
"""2.68: the scheduler is always asked about the host that is named for a move."""

from nova_cells.global_api.resources.servers.schemas.fields import BOOLEAN
from nova_cells.global_api.versioning import Schema, body_changed


@body_changed(68, of=("server.migrate_live", "server.evacuate"))
def could_be_forced(schema: Schema) -> None:
    (body,) = schema["properties"].values()
    body["properties"]["force"] = BOOLEAN
