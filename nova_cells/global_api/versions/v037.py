# SPDX-License-Identifier: Apache-2.0
"""2.37: networks must be named, be it "auto" or "none"; by mistake without tags until 2.41."""

from nova_cells.global_api.versioning import Body, Schema, body_changed, body_steps_up

TAG = {"type": "string", "minLength": 1, "maxLength": 60, "pattern": "^[^,/]*$"}


@body_changed(37, of="server.create")
def networks_were_optional(schema: Schema) -> None:
    server = schema["properties"]["server"]
    server["required"].remove("networks")
    networks = server["properties"]["networks"]["oneOf"][0]
    networks["items"]["properties"]["tag"] = dict(TAG)
    networks["items"]["properties"]["uuid"] = {"type": "string", "minLength": 1, "maxLength": 255}
    server["properties"]["networks"] = networks


@body_steps_up(37, of="server.create")
def nothing_said_means_what_there_is(body: Body) -> None:
    """Not "auto", which refuses to end without a network."""
    body["server"].setdefault("networks", [])
