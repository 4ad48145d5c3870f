# SPDX-License-Identifier: Apache-2.0
"""What the operations that open a console answer."""

from nova_cells.global_api.answer_fields import TEXT
from nova_cells.global_api.versioning import one, whole

CREATE = one("remote_console", whole({"protocol": TEXT, "type": TEXT, "url": TEXT}))
ACTION = one("console", whole({"type": TEXT, "url": TEXT}))
