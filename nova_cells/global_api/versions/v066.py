# SPDX-License-Identifier: Apache-2.0
"""2.66: changes-before, on servers, on their actions and on migrations."""

from nova_cells.global_api.versioning import parameters_added, query_strict

parameters_added(66, "changes-before", to=("servers.list", "actions.list", "migrations.list"))
query_strict(66, on="actions.list")
