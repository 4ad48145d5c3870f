# SPDX-License-Identifier: Apache-2.0
"""What PUT /servers/{id} may change, in the words of the instance."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.faults import Conflict
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.servers.addresses import shortest

FIELDS = {
    "name": "name",
    "OS-DCF:diskConfig": "disk_config",
    "accessIPv4": "access_ip_v4",
    "accessIPv6": "access_ip_v6",
    "description": "description",
    "hostname": "hostname",
    "pinned_availability_zone": "pinned_availability_zone",
}


def changes_of(server: dict[str, Any], row: IndexRow) -> dict[str, Any]:
    """The instance's fields to set. A server stays where it is, whatever zone it is pinned to."""
    zone = server.get("pinned_availability_zone")
    if zone is not None and zone != row.zone:
        raise Conflict(
            f"Instance {row.uuid} cannot be pinned to availability zone {zone}: it is in {row.zone}"
        )
    changes = {FIELDS[name]: value for name, value in server.items() if name in FIELDS}
    if "name" in changes:
        changes["name"] = changes["name"].strip()
    if "access_ip_v6" in changes:
        changes["access_ip_v6"] = shortest(changes["access_ip_v6"])
    return changes
