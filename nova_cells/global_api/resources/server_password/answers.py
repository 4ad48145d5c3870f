# SPDX-License-Identifier: Apache-2.0
"""What GET /servers/{id}/os-server-password answers."""

from nova_cells.global_api.answer_fields import TEXT
from nova_cells.global_api.versioning import one

SHOW = one("password", TEXT)
