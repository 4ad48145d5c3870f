# SPDX-License-Identifier: Apache-2.0
"""2.13: server groups show whose they are."""

from nova_cells.global_api.versioning import added

added(13, "project_id", "user_id", to="server_group.show")
