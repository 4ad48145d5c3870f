# SPDX-License-Identifier: Apache-2.0
"""2.94: a hostname may be a fully qualified name."""

from nova_cells.global_api.versioning import Schema, body_changed


@body_changed(94, of=("server.create", "server.update", "server.rebuild"))
def hostname_was_one_label(schema: Schema) -> None:
    key = "rebuild" if "rebuild" in schema["properties"] else "server"
    hostname = schema["properties"][key]["properties"]["hostname"]
    hostname["maxLength"] = 63
    hostname["pattern"] = r"^[a-zA-Z0-9](?:[a-zA-Z0-9\-]{0,61}[a-zA-Z0-9])?$"
