# SPDX-License-Identifier: Apache-2.0
"""Who may see and change which projects have a private flavor."""

from nova_cells.global_api.policies import admin

_ACTION = "POST /flavors/{flavor_id}/action"

INDEX = admin(
    "os_compute_api:os-flavor-access",
    "List the projects that may use a private flavor.",
    "GET /flavors/{flavor_id}/os-flavor-access",
)
ADD = admin("os_compute_api:os-flavor-access:add_tenant_access", "Grant a flavor.", _ACTION)
REMOVE = admin(
    "os_compute_api:os-flavor-access:remove_tenant_access", "Take a grant back.", _ACTION
)
