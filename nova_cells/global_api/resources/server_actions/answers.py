# SPDX-License-Identifier: Apache-2.0
"""What actions answer, where they answer more than a code."""

from nova_cells.global_api.answer_fields import TEXT, UUID
from nova_cells.global_api.versioning import Answer, Within, one, whole

CONSOLE_OUTPUT = one("output", TEXT)
PASSWORD = Answer(whole({"adminPass": TEXT}, optional=("adminPass",)))

_IMAGE = whole({"image_id": UUID})
IMAGE = Answer(Within("2.45-", _IMAGE))
BACKUP = Answer(Within("2.45-", {**_IMAGE, "type": ["object", "null"]}))
"""No body where none is kept."""

EVACUATED = Answer(Within("2.1-2.13", whole({"adminPass": TEXT}, optional=("adminPass",))))
