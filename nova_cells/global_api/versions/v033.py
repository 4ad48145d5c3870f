# SPDX-License-Identifier: Apache-2.0
"""2.33: hypervisors come in pages; by mistake, tags on block devices are refused until 2.41."""

from nova_cells.global_api.versioning import Schema, body_changed, gate, parameters_added

parameters_added(33, "limit", "marker", to="hypervisor.list")
gate(33, "2.33-hypervisor-pages")


@body_changed(33, of="server.create")
def devices_had_tags(schema: Schema) -> None:
    devices = schema["properties"]["server"]["properties"]["block_device_mapping_v2"]
    tag = {"type": "string", "minLength": 1, "maxLength": 60, "pattern": "^[^,/]*$"}
    devices["items"]["properties"]["tag"] = tag
