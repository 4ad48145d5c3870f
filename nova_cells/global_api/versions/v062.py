# SPDX-License-Identifier: Apache-2.0
"""2.62: an action's events tell the host they were on."""

from nova_cells.global_api.versioning import added

added(62, "hostId", "host", to="action.event")
