# SPDX-License-Identifier: Apache-2.0
"""2.28: cpu_info of a hypervisor is an object, no longer a text that holds one."""

import orjson

from nova_cells.global_api.versioning import Document, Facts, Schema, reshaped, shape_changed


@reshaped(28, on="hypervisor.detail")
def cpu_info_was_text(hypervisor: Document, facts: Facts) -> None:
    hypervisor["cpu_info"] = orjson.dumps(hypervisor["cpu_info"]).decode()


@shape_changed(28, of="hypervisor.detail")
def cpu_info_is_text(schema: Schema) -> None:
    schema["properties"]["cpu_info"] = {"type": "string"}
