# SPDX-License-Identifier: Apache-2.0
"""2.59: migrations come in pages, are filtered by time and known by uuid."""

from nova_cells.global_api.versioning import added, gate, parameters_added, query_strict

added(59, "uuid", to=("migration.list", "server.migration"))
parameters_added(59, "limit", "marker", "changes-since", to="migrations.list")
query_strict(59, on="migrations.list")
gate(59, "2.59-migrations-are-paged")
