# SPDX-License-Identifier: Apache-2.0
"""Given ports that can't be a server's: asked by the API before, and by the cell that takes one."""

from __future__ import annotations

from typing import Any

from nova_cells.clients.service_faults import Impossible, InUse


def refuse_unusable(port: dict[str, Any], uuid: str | None, project_id: str) -> None:
    """InUse where it is on another device than this server, Impossible where it is of others."""
    name = port["id"]
    if port.get("device_id") and port["device_id"] != uuid:
        raise InUse(f"Port {name} is still in use.")
    if port.get("project_id", project_id) != project_id:
        raise Impossible(f"Port {name} not usable for the server: it is of another project.")
