# SPDX-License-Identifier: Apache-2.0
"""2.67: the type of a volume that is made for a new server."""

from nova_cells.global_api.versioning import Schema, body_changed


@body_changed(67, of="server.create")
def no_volume_type(schema: Schema) -> None:
    devices = schema["properties"]["server"]["properties"]["block_device_mapping_v2"]
    devices["items"]["properties"].pop("volume_type")
