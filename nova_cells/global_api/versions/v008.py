# SPDX-License-Identifier: Apache-2.0
"""2.8: consoles over MKS."""

from nova_cells.global_api.versioning import Schema, body_changed


@body_changed(8, of="remote_console.create")
def without_mks(schema: Schema) -> None:
    wanted = schema["properties"]["remote_console"]["properties"]
    wanted["protocol"]["enum"].remove("mks")
    wanted["type"]["enum"].remove("webmks")
