# SPDX-License-Identifier: Apache-2.0
"""Who may read which migrations."""

from nova_cells.global_api.policies import admin, manager

ALL = "GET /os-migrations"

INDEX = manager("os_compute_api:os-migrations:index", "List one's project's migrations.", ALL)
ALL_PROJECTS = admin(
    "os_compute_api:os-migrations:index:all_projects", "List those of all projects.", ALL
)
HOSTS = admin(
    "os_compute_api:os-migrations:index:host", "See and search for the hosts of migrations.", ALL
)
