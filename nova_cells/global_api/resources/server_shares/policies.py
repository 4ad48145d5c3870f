# SPDX-License-Identifier: Apache-2.0
"""Who may see and change a server's shares."""

from nova_cells.global_api.policies import member, reader

_NAME = "os_compute_api:os-server-shares"
_PATH = "/servers/{server_id}/shares"
_ONE = f"{_PATH}/{{share_id}}"

INDEX = reader(f"{_NAME}:index", "List the shares of a server.", f"GET {_PATH}")
SHOW = reader(f"{_NAME}:show", "See a share of a server.", f"GET {_ONE}")
CREATE = member(f"{_NAME}:create", "Attach a share.", f"POST {_PATH}")
DELETE = member(f"{_NAME}:delete", "Detach a share.", f"DELETE {_ONE}")
