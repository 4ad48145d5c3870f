# SPDX-License-Identifier: Apache-2.0
"""2.52: a server can be created with tags."""

from nova_cells.global_api.versioning import Schema, body_changed


@body_changed(52, of="server.create")
def no_tags(schema: Schema) -> None:
    schema["properties"]["server"]["properties"].pop("tags")
