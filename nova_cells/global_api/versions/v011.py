# SPDX-License-Identifier: Apache-2.0
"""2.11: services show forced_down, and an action sets it."""

from nova_cells.global_api.versioning import Schema, added, body_changed, gate

added(11, "forced_down", to="service.show")
gate(11, "2.11-force-down")


@body_changed(11, of="service.act")
def without_forced_down(schema: Schema) -> None:
    del schema["properties"]["forced_down"]
