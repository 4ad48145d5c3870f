# SPDX-License-Identifier: Apache-2.0
"""Who may see and change a server's volumes."""

from nova_cells.global_api.policies import member, reader, service

_NAME = "os_compute_api:os-volumes-attachments"
_PATH = "/servers/{server_id}/os-volume_attachments"
_ONE = f"{_PATH}/{{volume_id}}"

INDEX = reader(f"{_NAME}:index", "List the volumes of a server.", f"GET {_PATH}")
SHOW = reader(f"{_NAME}:show", "See a volume of a server.", f"GET {_ONE}")
CREATE = member(f"{_NAME}:create", "Attach a volume.", f"POST {_PATH}")
UPDATE = member(f"{_NAME}:update", "Say whether a volume ends with its server.", f"PUT {_ONE}")
SWAP = service(f"{_NAME}:swap", "Replace a volume by another.", f"PUT {_ONE}")
DELETE = member(f"{_NAME}:delete", "Detach a volume.", f"DELETE {_ONE}")
