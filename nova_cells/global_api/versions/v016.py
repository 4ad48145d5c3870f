# SPDX-License-Identifier: Apache-2.0
"""2.16: the state of a server's host, for those who may know."""

from nova_cells.global_api.versioning import added

added(16, "host_status", to=("server.show", "server.detail", "server.update"))
