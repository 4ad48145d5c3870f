# SPDX-License-Identifier: Apache-2.0
"""Aggregates are for administrators."""

from nova_cells.global_api.policies import admin

_NAME = "os_compute_api:os-aggregates"
_PATH = "/os-aggregates"
_ONE = f"{_PATH}/{{aggregate_id}}"

INDEX = admin(f"{_NAME}:index", "List aggregates.", f"GET {_PATH}")
CREATE = admin(f"{_NAME}:create", "Make an aggregate.", f"POST {_PATH}")
SHOW = admin(f"{_NAME}:show", "See an aggregate.", f"GET {_ONE}")
UPDATE = admin(f"{_NAME}:update", "Set an aggregate's name or zone.", f"PUT {_ONE}")
DELETE = admin(f"{_NAME}:delete", "Delete an aggregate.", f"DELETE {_ONE}")
ADD_HOST = admin(f"{_NAME}:add_host", "Put a host in.", f"POST {_ONE}/action")
REMOVE_HOST = admin(f"{_NAME}:remove_host", "Take a host out.", f"POST {_ONE}/action")
SET_METADATA = admin(f"{_NAME}:set_metadata", "Set and unset metadata.", f"POST {_ONE}/action")
IMAGES = admin(
    "compute:aggregates:images", "Have the hosts fetch images beforehand.", f"POST {_ONE}/images"
)
