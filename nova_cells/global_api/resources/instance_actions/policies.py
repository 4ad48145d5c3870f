# SPDX-License-Identifier: Apache-2.0
"""Who may read what was done to servers."""

from nova_cells.global_api.policies import admin, reader

ALL = "GET /servers/{server_id}/os-instance-actions"
ONE = "GET /servers/{server_id}/os-instance-actions/{request_id}"

LIST = reader("os_compute_api:os-instance-actions:list", "List actions.", ALL)
SHOW = reader("os_compute_api:os-instance-actions:show", "Show an action.", ONE)
EVENTS = admin(
    "os_compute_api:os-instance-actions:events",
    "See an action's events with hosts and traces, and before 2.51 at all.",
    ONE,
)
DETAILS = admin(
    "os_compute_api:os-instance-actions:events:details", "See why an event failed.", ONE
)
