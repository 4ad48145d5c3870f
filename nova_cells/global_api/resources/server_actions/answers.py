# SPDX-License-Identifier: Apache-2.0
"""What actions answer, where they answer more than a code."""

from nova_cells.global_api.answer_fields import TEXT
from nova_cells.global_api.versioning import Answer, one, whole

CONSOLE_OUTPUT = one("output", TEXT)
PASSWORD = Answer(whole({"adminPass": TEXT}, optional=("adminPass",)))
