# SPDX-License-Identifier: Apache-2.0
"""2.92: keys are no longer made here, so a public key is needed; names may hold @ and dots."""

from nova_cells.global_api.versioning import Schema, body_changed


@body_changed(92, of="keypair.create")
def public_key_was_optional(schema: Schema) -> None:
    keypair = schema["properties"]["keypair"]
    keypair["required"] = ["name"]
    keypair["properties"]["name"]["pattern"] = "^[a-zA-Z0-9 _-]+$"
