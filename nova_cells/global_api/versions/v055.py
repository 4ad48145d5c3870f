# SPDX-License-Identifier: Apache-2.0
"""2.55: flavors have a description."""

from nova_cells.global_api.versioning import Schema, added, body_changed

added(55, "description", to=("flavor.index", "flavor.show"))


@body_changed(55, of="flavor.create")
def without_description(schema: Schema) -> None:
    del schema["properties"]["flavor"]["properties"]["description"]
