# SPDX-License-Identifier: Apache-2.0
"""Who may see and set the limits of a project."""

from nova_cells.global_api.policies import admin, anyone, reader

_NAME = "os_compute_api:os-quota-sets"
_PATH = "/os-quota-sets/{tenant_id}"

SHOW = reader(f"{_NAME}:show", "See the limits of a project.", f"GET {_PATH}")
DETAIL = reader(f"{_NAME}:detail", "See limits and usage.", f"GET {_PATH}/detail")
DEFAULTS = anyone(f"{_NAME}:defaults", "See the default limits.", f"GET {_PATH}/defaults")
UPDATE = admin(f"{_NAME}:update", "Set limits.", f"PUT {_PATH}")
DELETE = admin(f"{_NAME}:delete", "Return to the default limits.", f"DELETE {_PATH}")
