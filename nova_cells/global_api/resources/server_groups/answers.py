# SPDX-License-Identifier: Apache-2.0
"""What the operations of /os-server-groups answer."""

from nova_cells.global_api.answer_fields import TEXT, TEXT_OR_NULL, UUID, WHOLE, listed, words
from nova_cells.global_api.resources.server_groups.schemas import POLICIES
from nova_cells.global_api.versioning import Shape, many, one, whole

GROUP = Shape(
    "server_group.show",
    {
        "id": UUID,
        "name": TEXT,
        "policy": words(*POLICIES),
        "rules": whole({"max_server_per_host": WHOLE}, optional=("max_server_per_host",)),
        "members": listed(UUID),
        "project_id": TEXT_OR_NULL,
        "user_id": TEXT_OR_NULL,
    },
)

LIST = many("server_groups", GROUP)
SHOW = one("server_group", GROUP)
