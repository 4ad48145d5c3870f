# SPDX-License-Identifier: Apache-2.0
"""2.91: a server can be unshelved to a host, and out of the zone it is pinned to."""

from nova_cells.global_api.versioning import Schema, body_changed


@body_changed(91, of="server.unshelve")
def only_into_a_zone(schema: Schema) -> None:
    unshelve = schema["properties"]["unshelve"]
    del unshelve["properties"]["host"]
    unshelve["properties"]["availability_zone"]["type"] = "string"
    unshelve["required"] = ["availability_zone"]
