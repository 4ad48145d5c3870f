# SPDX-License-Identifier: Apache-2.0
"""What is answered about who may use a flavor."""

from nova_cells.global_api.answer_fields import TEXT
from nova_cells.global_api.versioning import Shape, many

ACCESS = Shape("flavor_access", {"flavor_id": TEXT, "tenant_id": TEXT})

LIST = many("flavor_access", ACCESS)
