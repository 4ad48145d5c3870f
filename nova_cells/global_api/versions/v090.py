# SPDX-License-Identifier: Apache-2.0
"""2.90: a server's hostname can be set, and everybody sees it."""

from nova_cells.global_api.versioning import (
    Document,
    Facts,
    Schema,
    body_changed,
    reshaped,
    shape_changed,
)


@reshaped(90, on=("server.show", "server.detail", "server.update", "server.rebuild"))
def hostname_was_for_administrators(server: Document, facts: Facts) -> None:
    if not facts["sight"].attributes:
        server.pop("OS-EXT-SRV-ATTR:hostname", None)


@body_changed(90, of=("server.create", "server.update"))
def no_hostname(schema: Schema) -> None:
    schema["properties"]["server"]["properties"].pop("hostname")


@body_changed(90, of="server.rebuild")
def rebuilds_kept_the_hostname(schema: Schema) -> None:
    schema["properties"]["rebuild"]["properties"].pop("hostname")


@shape_changed(90, of=("server.show", "server.detail", "server.update", "server.rebuild"))
def hostname_is_for_administrators(schema: Schema) -> None:
    if "OS-EXT-SRV-ATTR:hostname" in schema["required"]:
        schema["required"].remove("OS-EXT-SRV-ATTR:hostname")
