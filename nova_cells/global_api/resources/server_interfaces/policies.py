# SPDX-License-Identifier: Apache-2.0
"""Who may see a server's ports."""

from nova_cells.global_api.policies import reader

_NAME = "os_compute_api:os-attach-interfaces"
_PATH = "/servers/{server_id}/os-interface"

LIST = reader(f"{_NAME}:list", "List the ports of a server.", f"GET {_PATH}")
SHOW = reader(f"{_NAME}:show", "See a port of a server.", f"GET {_PATH}/{{port_id}}")
