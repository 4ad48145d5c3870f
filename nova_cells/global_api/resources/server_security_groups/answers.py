# SPDX-License-Identifier: Apache-2.0
"""What GET /servers/{id}/os-security-groups answers."""

from nova_cells.global_api.answer_fields import ANYTHING, TEXT, listed
from nova_cells.global_api.versioning import Shape, many

GROUP = Shape(
    "security_group",
    {
        "id": TEXT,
        "name": TEXT,
        "description": TEXT,
        "tenant_id": TEXT,
        "rules": listed(ANYTHING),
    },
)

LIST = many("security_groups", GROUP)
