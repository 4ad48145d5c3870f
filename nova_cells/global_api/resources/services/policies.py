# SPDX-License-Identifier: Apache-2.0
"""Services are for administrators."""

from nova_cells.global_api.policies import admin

_NAME = "os_compute_api:os-services"
_PATH = "/os-services"

LIST = admin(f"{_NAME}:list", "List services.", f"GET {_PATH}")
UPDATE = admin(f"{_NAME}:update", "Enable, disable, force down.", f"PUT {_PATH}/{{service_id}}")
DELETE = admin(f"{_NAME}:delete", "Forget a service.", f"DELETE {_PATH}/{{service_id}}")
