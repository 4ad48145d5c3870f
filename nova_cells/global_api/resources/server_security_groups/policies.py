# SPDX-License-Identifier: Apache-2.0
"""Who may see a server's security groups."""

from nova_cells.global_api.policies import reader

LIST = reader(
    "os_compute_api:os-security-groups:list",
    "List the security groups of a server.",
    "GET /servers/{server_id}/os-security-groups",
)
