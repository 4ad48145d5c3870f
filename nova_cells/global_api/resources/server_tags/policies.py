# SPDX-License-Identifier: Apache-2.0
"""Who may read and write the tags of servers."""

from nova_cells.global_api.policies import member, reader

ALL = "/servers/{server_id}/tags"
ONE = "/servers/{server_id}/tags/{tag}"

INDEX = reader("os_compute_api:os-server-tags:index", "List tags.", f"GET {ALL}")
SHOW = reader("os_compute_api:os-server-tags:show", "Check for a tag.", f"GET {ONE}")
UPDATE_ALL = member("os_compute_api:os-server-tags:update_all", "Replace all.", f"PUT {ALL}")
DELETE_ALL = member("os_compute_api:os-server-tags:delete_all", "Delete all.", f"DELETE {ALL}")
UPDATE = member("os_compute_api:os-server-tags:update", "Add a tag.", f"PUT {ONE}")
DELETE = member("os_compute_api:os-server-tags:delete", "Delete a tag.", f"DELETE {ONE}")
