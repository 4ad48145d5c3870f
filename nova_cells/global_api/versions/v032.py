# SPDX-License-Identifier: Apache-2.0
"""2.32: device tags on networks and block devices of a new server."""

from nova_cells.global_api.versioning import Schema, body_changed


@body_changed(32, of="server.create")
def no_device_tags(schema: Schema) -> None:
    server = schema["properties"]["server"]["properties"]
    server["networks"]["items"]["properties"].pop("tag")
    server["block_device_mapping_v2"]["items"]["properties"].pop("tag")
