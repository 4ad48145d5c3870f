# SPDX-License-Identifier: Apache-2.0
"""2.29: the host named for an evacuation is checked by the scheduler, unless it is forced."""

from nova_cells.global_api.versioning import Schema, body_changed, gate

gate(29, "2.29-evacuations-ask-the-scheduler")


@body_changed(29, of="server.evacuate")
def always_forced(schema: Schema) -> None:
    schema["properties"]["evacuate"]["properties"].pop("force")
