# SPDX-License-Identifier: Apache-2.0
"""2.102: flavors are found by name, lost rxtx_factor and disabled; unknown queries are refused."""

from nova_cells.global_api.versioning import Schema, body_changed, parameters_added, removed

parameters_added(102, "name", to="flavor.list")
removed(102, "rxtx_factor", "OS-FLV-DISABLED:disabled", of="flavor.show")


@body_changed(102, of="flavor.create")
def with_rxtx_factor(schema: Schema) -> None:
    schema["properties"]["flavor"]["properties"]["rxtx_factor"] = {
        "type": ["number", "string"],
        "pattern": "^[0-9]+([.][0-9]+)?$",
        "minimum": 0,
        "maximum": 3.40282e38,
    }
