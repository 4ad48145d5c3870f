# SPDX-License-Identifier: Apache-2.0
"""2.11: services show forced_down, and an action sets it."""

from nova_cells.global_api.versioning import added, gate

added(11, "forced_down", to="service.show")
gate(11, "2.11-force-down")
