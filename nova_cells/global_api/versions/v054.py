# SPDX-License-Identifier: Apache-2.0
"""2.54: a rebuild may give a server another key, or none."""

from nova_cells.global_api.versioning import Schema, added, body_changed

added(54, "key_name", to="server.rebuild")


@body_changed(54, of="server.rebuild")
def no_key(schema: Schema) -> None:
    schema["properties"]["rebuild"]["properties"].pop("key_name")
