# SPDX-License-Identifier: Apache-2.0
"""2.58: instance actions are paged, filtered by time, and tell when they last changed."""

from nova_cells.global_api.versioning import added, gate, parameters_added

added(58, "updated_at", to=("action.list", "action.show"))
parameters_added(58, "limit", "marker", "changes-since", to="actions.list")
gate(58, "2.58-actions-are-paged")
