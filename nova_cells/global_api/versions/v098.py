# SPDX-License-Identifier: Apache-2.0
"""2.98: a server shows the properties its image had at boot."""

from nova_cells.global_api.versioning import Document, Facts, Schema, reshaped, shape_changed


@reshaped(98, on=("server.show", "server.detail", "server.update", "server.rebuild"))
def image_was_a_link(server: Document, facts: Facts) -> None:
    if isinstance(server["image"], dict):
        server["image"].pop("properties", None)


@shape_changed(98, of=("server.show", "server.detail", "server.update", "server.rebuild"))
def image_is_a_link(schema: Schema) -> None:
    image, _ = schema["properties"]["image"]["anyOf"]
    del image["properties"]["properties"]
