# SPDX-License-Identifier: Apache-2.0
"""Who may see and set the limits of a class."""

from nova_cells.global_api.policies import admin

_NAME = "os_compute_api:os-quota-class-sets"
_PATH = "/os-quota-class-sets/{quota_class}"

SHOW = admin(f"{_NAME}:show", "See the limits of a class.", f"GET {_PATH}")
UPDATE = admin(f"{_NAME}:update", "Set the limits of a class.", f"PUT {_PATH}")
