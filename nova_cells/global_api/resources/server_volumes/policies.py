# SPDX-License-Identifier: Apache-2.0
"""Who may see a server's volumes."""

from nova_cells.global_api.policies import reader

_NAME = "os_compute_api:os-volumes-attachments"
_PATH = "/servers/{server_id}/os-volume_attachments"

INDEX = reader(f"{_NAME}:index", "List the volumes of a server.", f"GET {_PATH}")
SHOW = reader(f"{_NAME}:show", "See a volume of a server.", f"GET {_PATH}/{{volume_id}}")
