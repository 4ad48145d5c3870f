# SPDX-License-Identifier: Apache-2.0
"""Who may read and forget a guest's password."""

from nova_cells.global_api.policies import member, reader

_NAME = "os_compute_api:os-server-password"
_PATH = "/servers/{server_id}/os-server-password"

SHOW = reader(f"{_NAME}:show", "Read the encrypted password.", f"GET {_PATH}")
CLEAR = member(f"{_NAME}:clear", "Forget the encrypted password.", f"DELETE {_PATH}")
