# SPDX-License-Identifier: Apache-2.0
"""2.26: servers have tags, and lists can be filtered by them."""

from nova_cells.global_api.versioning import added, parameters_added

added(26, "tags", to=("server.show", "server.detail", "server.update", "server.rebuild"))
parameters_added(26, "tags", "tags-any", "not-tags", "not-tags-any", to="servers.list")
