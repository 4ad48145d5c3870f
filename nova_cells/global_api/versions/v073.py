# SPDX-License-Identifier: Apache-2.0
"""2.73: why a server is locked; lists are filtered and sorted by the lock."""

from nova_cells.global_api.versioning import added, gate, parameters_added

added(73, "locked_reason", to=("server.show", "server.detail", "server.update"))
parameters_added(73, "locked", to="servers.list")
gate(73, "2.73-sort-by-lock")
