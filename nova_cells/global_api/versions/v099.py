# SPDX-License-Identifier: Apache-2.0
"""2.99: consoles for native SPICE clients; a token tells the port for TLS, its query is strict."""

from nova_cells.global_api.versioning import Schema, added, body_changed, query_strict

added(99, "tls_port", to="console_token.show")
query_strict(99, on="console_token.show")


@body_changed(99, of="remote_console.create")
def without_spice_direct(schema: Schema) -> None:
    wanted = schema["properties"]["remote_console"]["properties"]
    wanted["type"]["enum"].remove("spice-direct")
