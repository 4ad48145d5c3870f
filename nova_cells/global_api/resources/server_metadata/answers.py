# SPDX-License-Identifier: Apache-2.0
"""What the operations of /servers/{id}/metadata answer."""

from nova_cells.global_api.answer_fields import TEXT, mapped
from nova_cells.global_api.versioning import one

ALL = one("metadata", mapped(TEXT))
ONE = one("meta", {**mapped(TEXT), "minProperties": 1, "maxProperties": 1})
