# SPDX-License-Identifier: Apache-2.0
"""2.74: a new server can be asked for on a host, which the filters then check."""

from nova_cells.global_api.versioning import Schema, body_changed


@body_changed(74, of="server.create")
def no_requested_host(schema: Schema) -> None:
    server = schema["properties"]["server"]["properties"]
    del server["host"], server["hypervisor_hostname"]
