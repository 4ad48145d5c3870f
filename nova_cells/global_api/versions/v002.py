# SPDX-License-Identifier: Apache-2.0
"""2.2: key pairs have a type."""

from nova_cells.global_api.versioning import Schema, added, body_changed

added(2, "type", to=("keypair.index", "keypair.show", "keypair.create"))


@body_changed(2, of="keypair.create")
def without_type(schema: Schema) -> None:
    del schema["properties"]["keypair"]["properties"]["type"]
