# SPDX-License-Identifier: Apache-2.0
"""What GET /openapi.json answers: a document of OpenAPI, whose own schema is not repeated here."""

from nova_cells.global_api.answer_fields import ANYTHING, TEXT
from nova_cells.global_api.versioning import Answer

DOCUMENT = Answer(
    {
        "type": "object",
        "properties": {
            "openapi": TEXT,
            "info": ANYTHING,
            "paths": ANYTHING,
            "components": ANYTHING,
        },
        "required": ["openapi", "info", "paths", "components"],
    }
)
