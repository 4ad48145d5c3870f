# SPDX-License-Identifier: Apache-2.0
"""2.71: a server shows its groups, in answers about one server only."""

from nova_cells.global_api.versioning import added

added(71, "server_groups", to=("server.show", "server.update", "server.rebuild"))
