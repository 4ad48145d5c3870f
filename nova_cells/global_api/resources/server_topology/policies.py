# SPDX-License-Identifier: Apache-2.0
"""Who may see how a server lies in its guest's and its host's memory nodes."""

from nova_cells.global_api.policies import admin, reader

_PATH = "GET /servers/{server_id}/topology"

INDEX = reader("compute:server:topology:index", "See a server's NUMA topology.", _PATH)
HOST = admin("compute:server:topology:host:index", "See the host's side of it.", _PATH)
