# SPDX-License-Identifier: Apache-2.0
"""Who may see and make server groups."""

from nova_cells.global_api.policies import admin, member, reader

_NAME = "os_compute_api:os-server-groups"
_PATH = "/os-server-groups"

INDEX = reader(f"{_NAME}:index", "List the project's server groups.", f"GET {_PATH}")
ALL_PROJECTS = admin(
    f"{_NAME}:index:all_projects", "List the server groups of all projects.", f"GET {_PATH}"
)
CREATE = member(f"{_NAME}:create", "Make a server group.", f"POST {_PATH}")
SHOW = reader(f"{_NAME}:show", "See a server group.", f"GET {_PATH}/{{server_group_id}}")
DELETE = member(f"{_NAME}:delete", "Delete a group.", f"DELETE {_PATH}/{{server_group_id}}")
