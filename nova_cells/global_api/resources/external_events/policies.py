# SPDX-License-Identifier: Apache-2.0
"""Events are told by services."""

from nova_cells.global_api.policies import service

CREATE = service(
    "os_compute_api:os-server-external-events:create",
    "Tell events of servers.",
    "POST /os-server-external-events",
)
