# SPDX-License-Identifier: Apache-2.0
"""Who may read and write the metadata of servers."""

from nova_cells.global_api.policies import member, reader

ALL = "/servers/{server_id}/metadata"
ONE = "/servers/{server_id}/metadata/{key}"

INDEX = reader("os_compute_api:server-metadata:index", "List metadata.", f"GET {ALL}")
SHOW = reader("os_compute_api:server-metadata:show", "Show an item.", f"GET {ONE}")
CREATE = member("os_compute_api:server-metadata:create", "Add metadata.", f"POST {ALL}")
UPDATE_ALL = member("os_compute_api:server-metadata:update_all", "Replace all.", f"PUT {ALL}")
UPDATE = member("os_compute_api:server-metadata:update", "Set an item.", f"PUT {ONE}")
DELETE = member("os_compute_api:server-metadata:delete", "Delete an item.", f"DELETE {ONE}")
