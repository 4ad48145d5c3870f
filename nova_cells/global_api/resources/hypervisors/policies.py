# SPDX-License-Identifier: Apache-2.0
"""Hypervisors are for administrators."""

from nova_cells.global_api.policies import admin

_NAME = "os_compute_api:os-hypervisors"
_PATH = "/os-hypervisors"

LIST = admin(f"{_NAME}:list", "List hypervisors.", f"GET {_PATH}")
DETAIL = admin(f"{_NAME}:list-detail", "List them with details.", f"GET {_PATH}/detail")
STATISTICS = admin(f"{_NAME}:statistics", "Sums over all.", f"GET {_PATH}/statistics")
SHOW = admin(f"{_NAME}:show", "See a hypervisor.", f"GET {_PATH}/{{hypervisor_id}}")
UPTIME = admin(f"{_NAME}:uptime", "See its uptime.", f"GET {_PATH}/{{hypervisor_id}}/uptime")
SEARCH = admin(f"{_NAME}:search", "Find by name.", f"GET {_PATH}/{{pattern}}/search")
SERVERS = admin(f"{_NAME}:servers", "Find with servers.", f"GET {_PATH}/{{pattern}}/servers")
