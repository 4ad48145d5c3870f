# SPDX-License-Identifier: Apache-2.0
"""2.23: a migration says of what type it is; one that can be looked at has links."""

from nova_cells.global_api.versioning import added

added(23, "migration_type", "links", to="migration.list")
