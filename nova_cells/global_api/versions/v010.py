# SPDX-License-Identifier: Apache-2.0
"""2.10: administrators handle key pairs of other users."""

from nova_cells.global_api.versioning import Schema, body_changed, parameters_added

parameters_added(10, "user_id", to=("keypair.index", "keypair.show", "keypair.delete"))


@body_changed(10, of="keypair.create")
def without_user(schema: Schema) -> None:
    del schema["properties"]["keypair"]["properties"]["user_id"]
