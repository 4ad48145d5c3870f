# SPDX-License-Identifier: Apache-2.0
"""Who may see and set extra specs. `INDEX` also decides whether a flavor shows them."""

from nova_cells.global_api.policies import admin, reader

_PATH = "/flavors/{flavor_id}/os-extra_specs"
_NAME = "os_compute_api:os-flavor-extra-specs"

INDEX = reader(
    f"{_NAME}:index",
    "List extra specs, and see them in flavors.",
    f"GET {_PATH}",
    "GET /flavors/detail",
    "GET /flavors/{flavor_id}",
    "POST /flavors",
    "PUT /flavors/{flavor_id}",
)
SHOW = reader(f"{_NAME}:show", "See one extra spec.", f"GET {_PATH}/{{key}}")
CREATE = admin(f"{_NAME}:create", "Set extra specs.", f"POST {_PATH}")
UPDATE = admin(f"{_NAME}:update", "Set one extra spec.", f"PUT {_PATH}/{{key}}")
DELETE = admin(f"{_NAME}:delete", "Remove one extra spec.", f"DELETE {_PATH}/{{key}}")
