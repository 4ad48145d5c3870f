# SPDX-License-Identifier: Apache-2.0
"""What the operations of /extensions answer."""

from nova_cells.global_api.answer_fields import ANYTHING, TEXT, listed
from nova_cells.global_api.versioning import Shape, many, one

EXTENSION = Shape(
    "extension",
    {
        "name": TEXT,
        "alias": TEXT,
        "description": TEXT,
        "namespace": TEXT,
        "updated": TEXT,
        "links": listed(ANYTHING),
    },
)

LIST = many("extensions", EXTENSION)
SHOW = one("extension", EXTENSION)
