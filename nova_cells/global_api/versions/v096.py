# SPDX-License-Identifier: Apache-2.0
"""2.96: the availability zone a server was asked for."""

from nova_cells.global_api.versioning import added

added(
    96,
    "pinned_availability_zone",
    to=("server.show", "server.detail", "server.update", "server.rebuild"),
)
