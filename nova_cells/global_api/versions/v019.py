# SPDX-License-Identifier: Apache-2.0
"""2.19: servers have a description. Before, a server's name was kept as its description too."""

from nova_cells.global_api.versioning import Body, Schema, added, body_changed, body_steps_up

added(19, "description", to=("server.show", "server.detail", "server.update", "server.rebuild"))


@body_changed(19, of=("server.create", "server.update"))
def no_description(schema: Schema) -> None:
    schema["properties"]["server"]["properties"].pop("description")


@body_steps_up(19, of="server.create")
def name_is_description(body: Body) -> None:
    body["server"]["description"] = body["server"]["name"]


@body_changed(19, of="server.rebuild")
def rebuilds_kept_the_description(schema: Schema) -> None:
    schema["properties"]["rebuild"]["properties"].pop("description")
