# SPDX-License-Identifier: Apache-2.0
"""2.100: the hints a server was created with."""

from nova_cells.global_api.versioning import added

added(
    100, "scheduler_hints", to=("server.show", "server.detail", "server.update", "server.rebuild")
)
