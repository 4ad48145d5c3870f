# SPDX-License-Identifier: Apache-2.0
"""2.56: a cold migration may name its host; before, the value of the action meant nothing."""

from nova_cells.global_api.versioning import Body, Schema, body_changed, body_steps_up


@body_changed(56, of="server.migrate")
def value_ignored(schema: Schema) -> None:
    schema["properties"]["migrate"] = {}


@body_steps_up(56, of="server.migrate")
def no_host(body: Body) -> None:
    body["migrate"] = None
