# SPDX-License-Identifier: Apache-2.0
"""2.104: a server can be freed from its availability zone."""

from nova_cells.global_api.versioning import Schema, body_changed


@body_changed(104, of="server.update")
def zone_was_fixed(schema: Schema) -> None:
    schema["properties"]["server"]["properties"].pop("pinned_availability_zone")
