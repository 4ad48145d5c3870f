# SPDX-License-Identifier: Apache-2.0
"""2.14: whether hosts share storage is found out, not asked; an evacuation tells no password."""

from nova_cells.global_api.resources.servers.schemas.fields import BOOLEAN
from nova_cells.global_api.versioning import Schema, body_changed, gate

gate(14, "2.14-evacuations-tell-no-password")


@body_changed(14, of="server.evacuate")
def shared_storage_was_asked_for(schema: Schema) -> None:
    evacuate = schema["properties"]["evacuate"]
    evacuate["properties"]["onSharedStorage"] = BOOLEAN
    evacuate["required"] = ["onSharedStorage"]
