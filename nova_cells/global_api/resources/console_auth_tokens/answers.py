# SPDX-License-Identifier: Apache-2.0
"""What GET /os-console-auth-tokens/{token} answers."""

from nova_cells.global_api.answer_fields import TEXT, TEXT_OR_NULL, UUID, WHOLE, WHOLE_OR_NULL
from nova_cells.global_api.versioning import Shape, one

SHOW = one(
    "console",
    Shape(
        "console_token.show",
        {
            "instance_uuid": UUID,
            "host": TEXT,
            "port": WHOLE,
            "tls_port": WHOLE_OR_NULL,
            "internal_access_path": TEXT_OR_NULL,
        },
    ),
)
