# SPDX-License-Identifier: Apache-2.0
"""What the operations of /servers/{id}/tags answer."""

from nova_cells.global_api.answer_fields import TEXT, listed
from nova_cells.global_api.versioning import one

ALL = one("tags", listed(TEXT))
