# SPDX-License-Identifier: Apache-2.0
"""These are asked for by the volume service."""

from nova_cells.global_api.policies import service

_NAME = "os_compute_api:os-assisted-volume-snapshots"
_PATH = "/os-assisted-volume-snapshots"

CREATE = service(f"{_NAME}:create", "Take a snapshot.", f"POST {_PATH}")
DELETE = service(f"{_NAME}:delete", "Delete a snapshot.", f"DELETE {_PATH}/{{snapshot_id}}")
