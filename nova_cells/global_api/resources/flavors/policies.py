# SPDX-License-Identifier: Apache-2.0
"""Who may change flavors; everybody with a token may read those he can see."""

from nova_cells.global_api.policies import admin

CREATE = admin("os_compute_api:os-flavor-manage:create", "Create a flavor.", "POST /flavors")
UPDATE = admin(
    "os_compute_api:os-flavor-manage:update", "Describe a flavor.", "PUT /flavors/{flavor_id}"
)
DELETE = admin(
    "os_compute_api:os-flavor-manage:delete", "Delete a flavor.", "DELETE /flavors/{flavor_id}"
)
