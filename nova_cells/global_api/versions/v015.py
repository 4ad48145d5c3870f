# SPDX-License-Identifier: Apache-2.0
"""2.15: the soft policies of server groups."""

from nova_cells.global_api.versioning import Schema, body_changed


@body_changed(15, of="server_group.create")
def without_soft_policies(schema: Schema) -> None:
    """2.64 has been taken back before: what is here is the list `policies`."""
    policies = schema["properties"]["server_group"]["properties"]["policies"]
    policies["items"] = {"enum": ["anti-affinity", "affinity"]}
