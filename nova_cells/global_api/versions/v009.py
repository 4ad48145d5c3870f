# SPDX-License-Identifier: Apache-2.0
"""2.9: whether a server is locked."""

from nova_cells.global_api.versioning import added

added(9, "locked", to=("server.show", "server.detail", "server.update", "server.rebuild"))
