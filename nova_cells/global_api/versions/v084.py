# SPDX-License-Identifier: Apache-2.0
"""2.84: an action's events tell details of a failure, to those who may know."""

from nova_cells.global_api.versioning import added

added(84, "details", to="action.event")
