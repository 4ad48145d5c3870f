# SPDX-License-Identifier: Apache-2.0
"""Who may see a server's addresses."""

from nova_cells.global_api.policies import reader

INDEX = reader("os_compute_api:ips:index", "List addresses.", "GET /servers/{server_id}/ips")
SHOW = reader(
    "os_compute_api:ips:show",
    "List the addresses in a network.",
    "GET /servers/{server_id}/ips/{network_label}",
)
