# SPDX-License-Identifier: Apache-2.0
"""Who may see a server's security groups."""

from nova_cells.global_api.policies import member, reader

LIST = reader(
    "os_compute_api:os-security-groups:list",
    "List the security groups of a server.",
    "GET /servers/{server_id}/os-security-groups",
)
ADD = member(
    "os_compute_api:os-security-groups:add",
    "Have a security group hold for a server (addSecurityGroup).",
    "POST /servers/{server_id}/action",
)
REMOVE = member(
    "os_compute_api:os-security-groups:remove",
    "Have a security group not hold any more (removeSecurityGroup).",
    "POST /servers/{server_id}/action",
)
