# SPDX-License-Identifier: Apache-2.0
"""Who may see and change a server's ports."""

from nova_cells.global_api.policies import admin, member, reader

_NAME = "os_compute_api:os-attach-interfaces"
_PATH = "/servers/{server_id}/os-interface"

LIST = reader(f"{_NAME}:list", "List the ports of a server.", f"GET {_PATH}")
SHOW = reader(f"{_NAME}:show", "See a port of a server.", f"GET {_PATH}/{{port_id}}")
CREATE = member(f"{_NAME}:create", "Give a server a port.", f"POST {_PATH}")
DELETE = member(f"{_NAME}:delete", "Take a port away.", f"DELETE {_PATH}/{{port_id}}")
EXTERNAL_NETWORK = admin(
    "network:attach_external_network",
    "Wire a server to an external network that is not shared.",
    "POST /servers",
    f"POST {_PATH}",
)
