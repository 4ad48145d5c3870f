# SPDX-License-Identifier: Apache-2.0
"""Who may see and steer live migrations of a server."""

from nova_cells.global_api.policies import admin, manager

_NAME = "os_compute_api:servers:migrations"
_PATH = "/servers/{server_id}/migrations"
_ONE = f"{_PATH}/{{migration_id}}"

LIST = manager(f"{_NAME}:index", "List a server's live migrations under way.", f"GET {_PATH}")
HOSTS = admin(f"{_NAME}:index:host", "See between which hosts they go.", f"GET {_PATH}")
SHOW = admin(f"{_NAME}:show", "See one of them.", f"GET {_ONE}")
ABORT = manager(f"{_NAME}:delete", "Abort one of them.", f"DELETE {_ONE}")
FORCE_COMPLETE = manager(
    f"{_NAME}:force_complete", "Have one of them end soon (force_complete).", f"POST {_ONE}/action"
)
