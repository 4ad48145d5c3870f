# SPDX-License-Identifier: Apache-2.0
"""2.42: device tags are back on networks and block devices."""

from nova_cells.global_api.versioning import Schema, body_changed


@body_changed(42, of="server.create")
def tags_were_lost(schema: Schema) -> None:
    server = schema["properties"]["server"]["properties"]
    server["networks"]["oneOf"][0]["items"]["properties"].pop("tag")
    server["block_device_mapping_v2"]["items"]["properties"].pop("tag")
