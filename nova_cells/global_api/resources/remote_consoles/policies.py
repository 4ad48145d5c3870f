# SPDX-License-Identifier: Apache-2.0
"""Who may open a server's console."""

from nova_cells.global_api.policies import member

CREATE = member(
    "os_compute_api:os-remote-consoles",
    "Open a console of a server.",
    "POST /servers/{server_id}/remote-consoles",
    "POST /servers/{server_id}/action",
)
