# SPDX-License-Identifier: Apache-2.0
"""Who may see what a server uses."""

from nova_cells.global_api.policies import admin

SHOW = admin(
    "os_compute_api:os-server-diagnostics",
    "See what a server uses.",
    "GET /servers/{server_id}/diagnostics",
)
