# SPDX-License-Identifier: Apache-2.0
"""2.73: why a server is locked; lists are filtered and sorted by the lock."""

from nova_cells.global_api.versioning import (
    Body,
    Schema,
    added,
    body_changed,
    body_steps_up,
    gate,
    parameters_added,
)

added(73, "locked_reason", to=("server.show", "server.detail", "server.update", "server.rebuild"))
parameters_added(73, "locked", to="servers.list")
gate(73, "2.73-sort-by-lock")


@body_changed(73, of="server.lock")
def with_any_value(schema: Schema) -> None:
    schema["properties"]["lock"] = {}


@body_steps_up(73, of="server.lock")
def without_a_reason(body: Body) -> None:
    body["lock"] = None
