# SPDX-License-Identifier: Apache-2.0
"""A project's usage is for its readers, everybody's for administrators."""

from nova_cells.global_api.policies import admin, reader

_NAME = "os_compute_api:os-simple-tenant-usage"
_PATH = "/os-simple-tenant-usage"

LIST = admin(f"{_NAME}:list", "See the usage of all projects.", f"GET {_PATH}")
SHOW = reader(f"{_NAME}:show", "See a project's usage.", f"GET {_PATH}/{{tenant_id}}")
