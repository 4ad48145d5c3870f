# SPDX-License-Identifier: Apache-2.0
"""2.80: migrations say whose they are, and are filtered by that."""

from nova_cells.global_api.versioning import added, parameters_added

added(80, "user_id", "project_id", to=("migration.list", "server.migration"))
parameters_added(80, "user_id", "project_id", to="migrations.list")
