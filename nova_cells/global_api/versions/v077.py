# SPDX-License-Identifier: Apache-2.0
"""2.77: a server can be unshelved into a zone; before, the value of the action meant nothing."""

from nova_cells.global_api.versioning import Body, Schema, body_changed, body_steps_up


@body_changed(77, of="server.unshelve")
def value_ignored(schema: Schema) -> None:
    schema["properties"]["unshelve"] = {}


@body_steps_up(77, of="server.unshelve")
def no_wishes(body: Body) -> None:
    body["unshelve"] = None
