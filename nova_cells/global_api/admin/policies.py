# SPDX-License-Identifier: Apache-2.0
"""Each view has a rule of its own, for administrators unless an operator's file says otherwise."""

from nova_cells.global_api.policies import admin

_NAME = "nova_cells:cells"
_PATH = "/cells/v1"

FLEET = admin(f"{_NAME}:list", "List cells.", f"GET {_PATH}/cells")
SHOW = admin(f"{_NAME}:show", "Show a cell.", f"GET {_PATH}/cells/{{cell}}")
DRIFT = admin(
    f"{_NAME}:drift", "Compare the index with a cell.", f"GET {_PATH}/cells/{{cell}}/drift"
)
HOSTS = admin(
    f"{_NAME}:hosts", "List and show hosts.", f"GET {_PATH}/hosts", f"GET {_PATH}/hosts/{{host}}"
)
CAPACITY = admin(f"{_NAME}:capacity", "See what still fits.", f"GET {_PATH}/capacity")
VERSIONS = admin(f"{_NAME}:versions", "See what cells speak.", f"GET {_PATH}/versions")
OPERATIONS = admin(
    f"{_NAME}:operations",
    "See work in flight.",
    f"GET {_PATH}/operations",
    f"GET {_PATH}/operations/{{place}}/{{key:.+}}",
)
DRAINS = admin(f"{_NAME}:drains", "See how far drains are.", f"GET {_PATH}/drains")
ROUTING = admin(
    f"{_NAME}:routing", "See why a server is where it is.", f"GET {_PATH}/servers/{{uuid}}/routing"
)
