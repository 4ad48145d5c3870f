# SPDX-License-Identifier: Apache-2.0
"""2.63: certificates a server's image must be signed with."""

from nova_cells.global_api.versioning import Schema, added, body_changed

added(
    63,
    "trusted_image_certificates",
    to=("server.show", "server.detail", "server.update", "server.rebuild"),
)


@body_changed(63, of="server.create")
def no_certificates(schema: Schema) -> None:
    schema["properties"]["server"]["properties"].pop("trusted_image_certificates")


@body_changed(63, of="server.rebuild")
def rebuilt_without_certificates(schema: Schema) -> None:
    schema["properties"]["rebuild"]["properties"].pop("trusted_image_certificates")
