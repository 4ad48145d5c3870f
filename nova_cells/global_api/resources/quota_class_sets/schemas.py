# SPDX-License-Identifier: Apache-2.0
"""The body that sets the limits of a class, as the newest version has it."""

from __future__ import annotations

from nova_cells.global_api.resources.quota_sets.schemas import update_body
from nova_cells.global_api.versioning import BodySchema

UPDATE = BodySchema("quota_class_set.update", update_body("quota_class_set", {}))
