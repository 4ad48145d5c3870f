# SPDX-License-Identifier: Apache-2.0
"""What the operations of /flavors/{id}/os-extra_specs answer."""

from nova_cells.global_api.answer_fields import TEXT, mapped
from nova_cells.global_api.versioning import Answer, one

SPECS = one("extra_specs", mapped(TEXT))
SPEC = Answer({**mapped(TEXT), "minProperties": 1, "maxProperties": 1})
